// The worker's end of one Attach stream, said entry by entry: it knows no rules and may break all of them.
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './processes.mjs';

const require = createRequire(import.meta.url);
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const options = {
  includeDirs: [path.join(root, 'protos'), path.join(root, 'tests/e2e/workers')],
  keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true, json: true,
};
const messages = ['flowmesh/faults/v1/faults.proto', 'flowmesh/quiz/v1/quiz.proto', 'flowmesh/blueprint/v1/blueprint.proto'];
const { Worker } = grpc.loadPackageDefinition(protoLoader.loadSync(['flowmesh/v1/worker.proto', ...messages], options)).flowmesh.v1;

export const WORD = 'flowmesh.faults.v1.Word';

// The FileDescriptorSet that holds Word: field 1, once for each file.
export function descriptorsOfWord() {
  const files = protoLoader.loadSync(messages[0], options)[WORD].fileDescriptorProtos;
  const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  return Buffer.concat(files.flatMap((file) => [Buffer.from([0x0a, ...varint(file.length)]), file]));
}

export class RawWorker {
  constructor(address, token) {
    this.entries = [];
    this.waiting = [];
    this.end = undefined;
    this.client = new Worker(address, grpc.credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    this.call = this.client.Attach(metadata);
    this.call.on('data', ({ entries }) => {
      this.entries.push(...entries);
      this.#wake();
    });
    const over = (error) => {
      this.end ??= error ?? new Error('the stream ended with OK');
      this.#wake();
    };
    this.call.on('error', over).on('end', () => over());
  }

  #wake() {
    for (const wake of this.waiting.splice(0)) wake();
  }

  send(...entries) {
    this.call.write({ entries });
  }

  // Reads on to the next entry of this kind, dropping others; rejects when the stream ends before.
  async next(kind) {
    for (;;) {
      while (this.entries.length > 0) {
        const entry = this.entries.shift();
        if (entry.entry === kind) return entry[kind];
      }
      if (this.end) throw new Error(`the stream ended before ${kind}: ${this.end.message}`);
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  // The first entry of this kind that fits, among those that are there or come; others stay for later.
  async pick(kind, fits = () => true) {
    for (;;) {
      const at = this.entries.findIndex((entry) => entry.entry === kind && fits(entry[kind]));
      if (at >= 0) return this.entries.splice(at, 1)[0][kind];
      if (this.end) throw new Error(`the stream ended before ${kind}: ${this.end.message}`);
      await new Promise((resolve) => this.waiting.push(resolve));
    }
  }

  // Resolves once all entries of the attempt up to this number are acknowledged.
  async acked(number) {
    while ((await this.next('ack')).number < number);
  }

  // Attaches; resolves to the welcome.
  attach(hello) {
    this.send({ hello });
    return this.next('welcome');
  }

  // Breaks the stream without a word.
  cut() {
    this.call.cancel();
    this.client.close();
  }
}
