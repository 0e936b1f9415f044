// HTTP as a page or a stranger speaks it: plain requests, streams of server-sent events, WebSocket, and bytes as they are.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

// Starts a gateway process in front of a server and resolves to a client of it.
export async function gateway(t, server, args = []) {
  const process = t.mesh.start(['gateway', '--server', server.address, '--http', '127.0.0.1:0', ...args]);
  return new HttpClient(process, await addressOf(process));
}

// `dev` with a gateway inside.
export async function devWithGateway(t, args = []) {
  const dev = await t.mesh.dev({ args: ['--http', '127.0.0.1:0', ...args] });
  return new HttpClient(dev, await addressOf(dev));
}

const addressOf = async (process) => (await process.wrote(/serves HTTP on (\S+)/))[1];

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

export class HttpClient {
  constructor(process, address) {
    this.process = process;
    this.address = address;
    const [, host, port] = /^(.*):(\d+)$/.exec(address);
    this.where = { host, port: Number(port) };
  }

  // One request on a connection of its own. `json` is set when the answer says that it is JSON.
  call(method, path, { body, headers = {} } = {}) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const all = { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
    return new Promise((resolve, reject) => {
      const request = http.request({ ...this.where, method, path, headers: all, agent: false }, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (part) => (received += part)).on('error', reject);
        response.on('end', () => {
          const isJson = response.headers['content-type']?.startsWith('application/json') && received;
          resolve({
            status: response.statusCode,
            headers: response.headers,
            text: received,
            json: isJson ? JSON.parse(received) : undefined,
          });
        });
      });
      request.on('error', reject);
      request.end(text);
    });
  }

  // Reads server-sent events to the end of the stream, or until one fits; each is {id, event, data}.
  async events(path, { headers = {}, until } = {}) {
    const response = await new Promise((resolve, reject) => {
      http.get({ ...this.where, path, headers: { accept: 'text/event-stream', ...headers }, agent: false }, resolve).on('error', reject);
    });
    if (response.statusCode !== 200) {
      response.resume();
      throw new Error(`${path}: status ${response.statusCode}`);
    }
    const events = [];
    let rest = '';
    for await (const part of response.setEncoding('utf8')) {
      const blocks = (rest + part).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1) ?? ['', '']));
        if (fields.data === undefined) continue;
        events.push({ id: fields.id && Number(fields.id), event: fields.event, data: JSON.parse(fields.data) });
        if (until?.(events.at(-1))) {
          response.destroy();
          return events;
        }
      }
    }
    return events;
  }

  // Opens a WebSocket; resolves to {status} of a refusal, or to a WebSocket with status 101.
  socket(path, { headers = {} } = {}) {
    return new Promise((resolve, reject) => {
      const upgrade = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      };
      const request = http.get({ ...this.where, path, headers: { ...upgrade, ...headers }, agent: false });
      request.on('error', reject);
      request.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode }));
      });
      request.on('upgrade', (response, stream, head) => resolve(new WebSocket(response, stream, head)));
    });
  }

  // Sends bytes as they are, on a connection of its own. Resolves to the first answer; with `toTheEnd` once the server has closed,
  // `answers` being how many it gave. Status 0: closed without one.
  say(bytes, { toTheEnd = false } = {}) {
    return new Promise((resolve, reject) => {
      let text = '';
      const done = (error) => {
        connection.destroy();
        const [head, ...body] = text.split('\r\n\r\n');
        if (error && text === '') return reject(error);
        const [first, ...lines] = head.split('\r\n');
        const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]));
        resolve({
          status: Number(first.split(' ')[1] ?? 0),
          headers,
          text: body.join('\r\n\r\n'),
          answers: text.split(/^HTTP\/1\.1 (?!100)/m).length - 1,
        });
      };
      const connection = net.connect(this.where, () => connection.write(bytes));
      connection.setEncoding('latin1').on('data', (part) => {
        text += part;
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
        if (!toTheEnd && end >= 0 && text.length >= end + 4 + length) done();
      });
      connection.on('error', done);
      connection.on('close', () => done());
    });
  }
}

// The reading side of RFC 6455, for messages in one frame.
class WebSocket {
  constructor(response, stream, head) {
    this.status = 101;
    this.headers = response.headers;
    this.stream = stream;
    this.messages = [];
    this.closeCode = undefined;
    this.listeners = new Set();
    let buffer = head;
    const take = (data) => {
      buffer = this.#frames(Buffer.concat([buffer, data]));
      for (const listener of this.listeners) listener();
    };
    this.ended = new Promise((resolve) => stream.on('close', resolve));
    stream.on('error', () => {});
    stream.on('data', take);
    if (head.length > 0) {
      buffer = Buffer.alloc(0);
      take(head);
    }
  }

  // Returns what is no whole frame yet.
  #frames(buffer) {
    for (;;) {
      if (buffer.length < 2) return buffer;
      let length = buffer[1] & 0x7f;
      let start = 2;
      if (length === 126) {
        if (buffer.length < 4) return buffer;
        [length, start] = [buffer.readUInt16BE(2), 4];
      } else if (length === 127) {
        if (buffer.length < 10) return buffer;
        [length, start] = [Number(buffer.readBigUInt64BE(2)), 10];
      }
      if (buffer.length < start + length) return buffer;
      const payload = buffer.subarray(start, start + length);
      const opcode = buffer[0] & 0x0f;
      if (opcode === 1) this.messages.push(JSON.parse(payload.toString('utf8')));
      if (opcode === 8) {
        this.closeCode = payload.readUInt16BE(0);
        this.stream.end(this.#masked(8, payload.subarray(0, 2)));
      }
      if (opcode === 9) this.stream.write(this.#masked(10, payload));
      buffer = buffer.subarray(start + length);
    }
  }

  #masked(opcode, payload) {
    const mask = randomBytes(4);
    return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
  }

  // Waits for a message that fits, those that are there included.
  until(fits) {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.messages.find(fits);
        if (found === undefined) return;
        this.listeners.delete(look);
        resolve(found);
      };
      this.listeners.add(look);
      this.ended.then(() => reject(new Error(`the WebSocket closed (${this.closeCode}) before the message that was waited for`)));
      look();
    });
  }

  // Breaks the connection off, as a lost network does.
  drop() {
    this.stream.destroy();
  }
}
