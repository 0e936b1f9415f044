// Runs the end-to-end cases against build/bin/flowmesh (FLOWMESH_BIN names another): all, or those whose file or sentence holds
// one of the arguments. One line a case; the last line is "N passed, N failed".
import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const { Case, Skipped, cases } = await import(pathToFileURL(path.join(here, 'harness.mjs')));
const { flowmesh } = await import(pathToFileURL(path.join(here, 'processes.mjs')));
const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;

function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed > 0 ? 1 : 0);
}

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
      console.log(`FAILED  ${name} (${seconds()})\n    ${String(error.stack).replaceAll('\n', '\n    ')}\n${t.mesh.report()}`);
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
for (const file of (await readdir(path.join(here, 'cases'))).sort()) {
  const known = cases.length;
  await import(pathToFileURL(path.join(here, 'cases', file)));
  for (const added of cases.slice(known)) added.file = file;
}
for (const one of cases) {
  if (wanted.length > 0 && !wanted.some((word) => one.file.includes(word) || one.name.includes(word))) continue;
  await runCase(one);
}
finish();
