// Runs cases against build/bin/flowmesh (FLOWMESH_BIN names another): run.mjs [--folder <folder>] [word...]
// All of the folder's (the end-to-end ones if none is named), or those whose file or sentence holds one of the words. The folder's
// harness.mjs says what a case is made of. One line a case; the last line is "N passed, N failed".
import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { flowmesh } from './processes.mjs';

const folderOfThis = path.dirname(fileURLToPath(import.meta.url));
const { values, positionals: wanted } = parseArgs({
  options: { folder: { type: 'string', default: folderOfThis } },
  allowPositionals: true,
});
const folder = path.resolve(values.folder);
const { Case, Skipped, cases } = await import(pathToFileURL(path.join(folder, 'harness.mjs')));
let passed = 0;
let failed = 0;

function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

const stackOf = ({ stack, cause }) => (cause ? `${stack}\ncaused by ${stackOf(cause)}` : String(stack));

async function runCase({ name, body, timeout }) {
  const begin = performance.now();
  const t = new Case();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeout / 1000} s`)), timeout);
  });
  const seconds = () => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  try {
    await Promise.race([body(t), late]);
    ++passed;
    console.log(`ok      ${name} (${seconds()})`);
  } catch (error) {
    if (error instanceof Skipped) {
      console.log(`skipped ${name}: ${error.message}`);
    } else {
      ++failed;
      console.log(`FAILED  ${name} (${seconds()})\n    ${stackOf(error).replaceAll('\n', '\n    ')}\n${t.mesh.report()}`);
    }
  } finally {
    clearTimeout(timer);
    await t.close().catch((error) => console.log(`        cleaning up: ${error.message}`));
  }
}

// A rejection that nobody awaits any more belongs to a case that failed already.
process.on('unhandledRejection', () => {});

try {
  await access(flowmesh, constants.X_OK);
} catch {
  console.error(`${flowmesh} is not there: build it first`);
  failed = 1;
  finish();
}
for (const file of (await readdir(path.join(folder, 'cases'))).sort()) {
  const known = cases.length;
  await import(pathToFileURL(path.join(folder, 'cases', file)));
  for (const added of cases.slice(known)) added.file = file;
}
for (const one of cases) {
  if (wanted.length > 0 && !wanted.some((word) => one.file.includes(word) || one.name.includes(word))) continue;
  await runCase(one);
}
finish();
