// A worker in another language than the SDK's, written from protos/flowmesh/v1/worker.proto alone: it serves `translate`, a function
// from Word to Word, and turns letters into capitals, one every --pace milliseconds, each an output chunk. A word that begins with
// "fail" fails. It keeps its work over lost connections and servers.
//
//   node foreign_worker.mjs --server HOST:PORT --token-file FILE [--name NAME] [--slots N] [--pace MS]
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const { values: flags } = parseArgs({
  options: {
    server: { type: 'string' }, 'token-file': { type: 'string' }, name: { type: 'string', default: 'foreign' },
    slots: { type: 'string', default: '2' }, pace: { type: 'string', default: '1' },
  },
});

const here = path.dirname(fileURLToPath(import.meta.url));
const options = { includeDirs: [path.join(here, '../../protos'), path.join(here, 'workers')], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true, json: true };
const own = 'flowmesh/faults/v1/faults.proto';
const { Worker } = grpc.loadPackageDefinition(protoLoader.loadSync(['flowmesh/v1/worker.proto', own], options)).flowmesh.v1;
const WORD = 'flowmesh.faults.v1.Word';

// A FileDescriptorSet: field 1, once for each file.
function descriptors() {
  const files = protoLoader.loadSync(own, options)[WORD].fileDescriptorProtos;
  const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  return Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a, ...varint(file.length)]), file]));
}

const hello = {
  worker: flags.name,
  worker_id: randomBytes(16).toString('hex'),
  version: '1',
  types: [{ name: 'translate', kind: 'FUNCTION', input_type: WORD, output_type: WORD, code_version: 1 }],
  capacity: { slots: Number(flags.slots), flows: 0 },
  descriptors: descriptors(),
};

const say = (text) => process.stderr.write(`${text}\n`);
const keyOf = ({ execution_id, task, attempt }) => `${execution_id}/${task}/${attempt}`;

// An attempt in this worker's hands, from its assignment until the ack of its last entry.
class Attempt {
  constructor(id) {
    Object.assign(this, { id, number: 0, unacked: [], stopped: false, cancelled: false, wake: () => {} });
  }

  tell(entry) {
    if (this.stopped || this.ended) return;
    const numbered = { attempt: this.id, number: ++this.number, ...entry };
    this.unacked.push(numbered);
    send([numbered]);
  }

  acked(number) {
    this.unacked = this.unacked.filter((entry) => entry.number > number);
    if (this.ended && this.unacked.length === 0) this.forget();
  }

  end(entry) {
    this.tell(entry);
    this.ended = true;
  }

  forget() {
    attempts.delete(keyOf(this.id));
    if (draining && attempts.size === 0) stream?.end();
  }

  // The work is somebody else's now.
  fence() {
    this.stopped = true;
    this.cancel();
    this.forget();
  }

  cancel() {
    this.cancelled = true;
    this.wake();
  }

  pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => (clearTimeout(timer), resolve());
      if (this.cancelled) this.wake();
    });
  }
}

async function translate(attempt, word) {
  const event = (one) => attempt.tell({ events: { events: [one] } });
  event({ log: { level: 'INFO', message: `translates ${word}` } });
  const done = word.toUpperCase();
  for (let i = 0; i < done.length; ++i) {
    await attempt.pause(Number(flags.pace));
    if (attempt.cancelled) return attempt.end({ failed: { failure: { reason: 'CANCELLED', message: 'told to stop' }, cancelled: true } });
    // The chunk at offset 0 replaces what an earlier attempt wrote.
    event({ output: { offset: Buffer.byteLength(done.slice(0, i)), text: done[i] } });
    event({ progress: { percent: Math.round((100 * (i + 1)) / done.length) } });
  }
  if (word.startsWith('fail')) return attempt.end({ failed: { failure: { reason: 'UNTRANSLATABLE', message: `no word for ${word}`, retryable: false } } });
  attempt.end({ finished: { output: { '@type': `type.googleapis.com/${WORD}`, value: done } } });
}

const attempts = new Map();
let stream;  // while attached
let draining = false;
let failures = 0;

function send(entries) {
  if (stream && entries.length > 0) stream.write({ entries });
}

const handlers = {
  welcome({ session, held }, call) {
    stream = call;
    failures = 0;
    say(`attached as session ${session}`);
    for (const { attempt: id, acked, fenced, cancel } of held) {
      const attempt = attempts.get(keyOf(id));
      if (fenced) {
        attempt.fence();
        continue;
      }
      attempt.acked(acked);
      send(attempt.unacked);
      if (cancel) attempt.cancel();
    }
    if (draining) drain();
  },
  assignment({ attempt: id, input }) {
    const attempt = new Attempt(id);
    attempts.set(keyOf(id), attempt);
    translate(attempt, input.value);
  },
  ack: ({ attempt, number }) => attempts.get(keyOf(attempt))?.acked(number),
  cancel: ({ attempt }) => attempts.get(keyOf(attempt))?.cancel(),
  fenced: ({ attempt }) => attempts.get(keyOf(attempt))?.fence(),
  drain: () => say('the orchestrator stops'),
};

const client = new Worker(flags.server, grpc.credentials.createInsecure(), {
  'grpc.keepalive_time_ms': 1_000, 'grpc.keepalive_timeout_ms': 1_000, 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 200,
});

function dial() {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${readFileSync(flags['token-file'], 'utf8').trim()}`);
  const call = client.Attach(metadata);
  let over = false;
  const lost = (error) => {
    if (over) return;
    over = true;
    stream = undefined;
    if (draining && attempts.size === 0) process.exit(0);
    say(`stream ended: ${error?.message ?? 'OK'}`);
    if (error && ['UNAUTHENTICATED', 'PERMISSION_DENIED', 'INVALID_ARGUMENT', 'FAILED_PRECONDITION'].includes(grpc.status[error.code])) process.exit(1);
    setTimeout(dial, Math.random() * Math.min(2_000, 50 * 2 ** failures++));
  };
  call.on('data', ({ entries }) => entries.forEach((one) => handlers[one.entry]?.(one[one.entry], call)));
  call.on('error', lost).on('end', () => lost());
  const held = [...attempts.values()].map(({ id }) => ({ attempt: id, last_record: 0 }));
  call.write({ entries: [{ hello: { ...hello, held } }] });
}

// No more assignments; what is at work is given back undone. The worker goes once all of that is acknowledged.
function drain() {
  draining = true;
  send([{ drain: {} }]);
  for (const attempt of attempts.values()) {
    attempt.end({ failed: { failure: { reason: 'DRAIN', message: 'the worker stops', retryable: true }, returned: true } });
    attempt.cancel();
  }
  if (attempts.size === 0) stream?.end();
}

process.on('SIGTERM', drain);
dial();
