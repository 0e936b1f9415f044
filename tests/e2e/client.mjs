// Clients of flowmesh made from protos/ at run time, and what cases need to read answers.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { root } from './processes.mjs';

const require = createRequire(import.meta.url);
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');

const files = [
  'flowmesh/v1/orchestrator.proto',
  'flowmesh/v1/log_stream.proto',
  'flowmesh/v1/artifact.proto',
  'flowmesh/poem/v1/poem.proto',
  'flowmesh/faults/v1/faults.proto',
  'google/rpc/error_details.proto',
  'google/rpc/status.proto',
];
const definition = protoLoader.loadSync(files, {
  includeDirs: [path.join(root, 'protos'), path.join(root, 'tests/e2e/workers')],
  keepCase: true,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
  json: true,  // an Any is read and written as {'@type': ..., fields}
});
const packages = grpc.loadPackageDefinition(definition);

const finalStates = new Set(['COMPLETED', 'COMPLETED_WITH_ERRORS', 'FAILED', 'CANCELLED', 'TIMED_OUT']);
export const isFinal = (state) => finalStates.has(state);

// Reads google.rpc.Status from the trailing metadata. A detail is recognised by the name at the end of its type URL.
const protobuf = require('protobufjs');
const errorRoot = new protobuf.Root();
errorRoot.resolvePath = (_origin, target) => path.join(root, 'protos', target);
errorRoot.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto'], { keepCase: true });

function readDetails(metadata) {
  const [bytes] = metadata?.get('grpc-status-details-bin') ?? [];
  const out = { reason: '', domain: '', violations: [], metadata: {}, retryDelay: undefined };
  if (!bytes) return out;
  const status = errorRoot.lookupType('google.rpc.Status').decode(bytes);
  for (const any of status.details) {
    const type = errorRoot.lookupType(any.type_url.split('/').pop());
    const detail = type.toObject(type.decode(any.value), { longs: Number, defaults: true });
    if (type.name === 'ErrorInfo') Object.assign(out, detail);
    if (type.name === 'BadRequest') out.violations = detail.field_violations;
    if (type.name === 'RetryInfo') out.retryDelay = detail.retry_delay.seconds * 1000 + detail.retry_delay.nanos / 1e6;
  }
  return out;
}

// An answer other than OK: `code` as text (NOT_FOUND), `reason`, `violations`, `metadata`, `retryDelay` in milliseconds.
export class CallError extends Error {
  constructor(error) {
    super(error.details);
    const { reason, domain, violations, metadata, retryDelay } = readDetails(error.metadata);
    Object.assign(this, { code: grpc.status[error.code], reason, domain, violations, metadata, retryDelay });
  }
}

// A client of one server, or of several as ADDRESS:PORT,ADDRESS:PORT, with one token (none = none), over TLS with `tls` = {ca, key, cert} as PEM. Unary methods by name:
// `await client.GetExecution({id})`; `call` gives the response metadata too.
export class Client {
  constructor(address, token, tls) {
    const options = {
      'grpc.max_send_message_length': -1,
      'grpc.max_receive_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 200,
    };
    const several = address.includes(',');
    if (several) options['grpc.service_config'] = JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] });
    const target = several ? `ipv4:${address}` : address;
    const pem = (text) => (text === undefined ? null : Buffer.from(text));
    const credentials = tls ? grpc.credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert)) : grpc.credentials.createInsecure();
    this.token = token;
    this.orchestrator = new packages.flowmesh.v1.Orchestrator(target, credentials, options);
    this.logStream = new packages.flowmesh.v1.LogStream(target, credentials, options);
    this.artifacts = new packages.flowmesh.v1.Artifacts(target, credentials, options);
    const unary = (stub, names) => {
      for (const name of names) {
        this[name] = async (request, call) => (await this.#unary(stub, name, request ?? {}, call)).response;
      }
    };
    unary(this.orchestrator, [
      'CreateExecution', 'BatchCreateExecutions', 'StartExecution', 'RunExecution', 'GetExecution', 'ListExecutions', 'ListTasks',
      'CancelExecution', 'RetryExecution', 'DeleteExecution', 'SignalExecution', 'CompleteTask', 'ListFlows', 'ListWorkers',
      'GetStats',
    ]);
    unary(this.logStream, ['ListEvents']);
    unary(this.artifacts, ['Sign']);
    this.GetArtifact = async (request) => (await this.#unary(this.artifacts, 'Get', request)).response;
  }

  call(name, request, call) {
    return this.#unary(name in this.orchestrator ? this.orchestrator : this.logStream, name, request, call);
  }

  #metadata(extra = {}) {
    const metadata = new grpc.Metadata();
    if (this.token) metadata.set('authorization', `Bearer ${this.token}`);
    for (const [name, value] of Object.entries(extra)) metadata.set(name, value);
    return metadata;
  }

  #unary(stub, name, request, { timeout = 30_000, metadata } = {}) {
    return new Promise((resolve, reject) => {
      let initial;
      const call = stub[name](request, this.#metadata(metadata), { deadline: Date.now() + timeout }, (error, response) => {
        if (error) reject(new CallError(error));
        else resolve({ response, metadata: initial });
      });
      call.on('metadata', (received) => (initial = received));
    });
  }

  // Reads events to the stream's end: `await client.tail({execution_id})` gives them all. With `until`, reading stops at the
  // first event that fits, which is the last one of the answer; `hear` gets each event when it comes.
  tail(request, { until, hear } = {}) {
    return new Promise((resolve, reject) => {
      const events = [];
      const call = this.logStream.Tail(request, this.#metadata());
      let found = false;
      call.on('data', (event) => {
        if (found) return;
        events.push(event);
        hear?.(event);
        found = Boolean(until?.(event));
        if (!found) return;
        call.cancel();
        resolve(events);
      });
      call.on('end', () => {
        if (until) reject(new Error('the stream ended before the event that was waited for'));
        else resolve(events);
      });
      call.on('error', (error) => reject(new CallError(error)));
    });
  }

  // Opens a write: `send(message)` resolves once the message is on its way, `done` to the artifact.
  openWrite(header) {
    let call;
    const done = new Promise((resolve, reject) => {
      call = this.artifacts.Write(this.#metadata(), (error, artifact) => (error ? reject(new CallError(error)) : resolve(artifact)));
    });
    done.catch(() => {});
    const send = (message) => new Promise((resolve) => call.write(message, resolve));
    send({ header });
    return { send, done, end: () => call.end(), cancel: () => call.cancel() };
  }

  // Writes an artifact in messages of 512 KiB.
  async writeArtifact(header, bytes, { end = {} } = {}) {
    const write = this.openWrite(header);
    for (let at = 0; at < bytes.length; at += 512 << 10) {
      await Promise.race([write.send({ data: bytes.subarray(at, at + (512 << 10)) }), write.done.catch(() => {})]);
    }
    if (end) write.send({ end });
    write.end();
    return write.done;
  }

  readArtifact(request) {
    return new Promise((resolve, reject) => {
      const parts = [];
      const call = this.artifacts.Read(request, this.#metadata());
      call.on('data', ({ data }) => parts.push(data));
      call.on('end', () => resolve(Buffer.concat(parts)));
      call.on('error', (error) => reject(new CallError(error)));
    });
  }

  // All executions that the filters let through, from all pages.
  async list(request = {}) {
    const executions = [];
    let page_token = '';
    do {
      const page = await this.ListExecutions({ page_size: 1000, ...request, page_token });
      executions.push(...page.executions);
      page_token = page.next_page_token;
    } while (page_token);
    return executions;
  }

  // All tasks of an execution, the root first.
  async tasks(id) {
    const tasks = [];
    let page_token = '';
    do {
      const page = await this.ListTasks({ execution_id: id, page_size: 1000, page_token });
      tasks.push(...page.tasks);
      page_token = page.next_page_token;
    } while (page_token);
    return tasks;
  }

  close() {
    this.orchestrator.close();
    this.logStream.close();
    this.artifacts.close();
  }
}

// What CreateExecution needs for a poem that starts at once.
export function poemRequest(title, { input = {}, ...rest } = {}) {
  return {
    flow: 'poem',
    start: true,
    input: { '@type': 'type.googleapis.com/flowmesh.poem.v1.WritePoem', title, form: 'sonnet', ...input },
    ...rest,
  };
}

// What CreateExecution needs for a flow of faults_worker that starts at once; `type` is its input's in faults.proto.
export function faultsRequest(flow, type, input = {}, rest = {}) {
  return { flow, start: true, input: { '@type': `type.googleapis.com/flowmesh.faults.v1.${type}`, ...input }, ...rest };
}

// A Word, for a signal or the outcome of an external task.
export const word = (value) => ({ '@type': 'type.googleapis.com/flowmesh.faults.v1.Word', value });

// The text that a poem streams while it is written.
export const poemText = (poem) => poem.stanzas.map(({ lines }) => lines.map((line) => `${line}\n`).join('')).join('\n');

// The main output of the root task after folding, as OutputChunk in log_stream.proto says.
export function foldOutput(events) {
  let folded = Buffer.alloc(0);
  for (const { kind, task, output } of events) {
    if (kind !== 'output' || task !== 0 || output.stream !== '') continue;
    if (output.offset > folded.length) throw new Error(`a chunk starts at ${output.offset}, beyond the end ${folded.length}`);
    const content = output.content === 'data' ? output.data : Buffer.from(output.text, 'utf8');
    folded = Buffer.concat([folded.subarray(0, output.offset), content]);
  }
  return folded.toString('utf8');
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

// A token signed here, so that cases can make those that `flowmesh token` would not.
export function forgeToken(secret, claims, header = { alg: 'HS256', typ: 'JWT' }) {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
