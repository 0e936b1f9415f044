// A stretch of network between two processes of this machine that breaks on command.
import net from 'node:net';

// HOST:PORT in two parts.
function place(address) {
  const [, host, port] = /^(.*):(\d+)$/.exec(address);
  return { host, port: Number(port) };
}

export class TcpProxy {
  // Forwards to HOST:PORT. Resolves when it listens.
  static async open(target) {
    const proxy = new TcpProxy(target);
    await new Promise((resolve, reject) => proxy.server.once('error', reject).listen(0, '127.0.0.1', resolve));
    proxy.address = `127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  constructor(target) {
    this.target = place(target);
    this.pairs = new Set();
    this.stalled = false;
    this.latency = 0;
    this.accepted = 0;
    this.server = net.createServer({ allowHalfOpen: true }, (near) => this.#join(near));
  }

  #join(near) {
    ++this.accepted;
    const far = net.connect({ ...this.target, allowHalfOpen: true });
    const pair = { near, far, sent: 0 };  // bytes towards the target
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [[near, far], [far, near]]) {
      const forward = this.#inOrder();
      if (from === near) near.on('data', ({ length }) => (pair.sent += length));
      from.setNoDelay(true).on('error', end).on('close', end);
      from.on('data', (bytes) => forward(() => {
        if (to.destroyed || to.writableEnded || to.write(bytes)) return;
        from.pause();
        to.once('drain', () => !this.stalled && from.resume());
      }));
      from.on('end', () => forward(() => to.end()));
      if (this.stalled) from.pause();
    }
  }

  // A function that does what it is given after the latency, in the order in which it was given.
  #inOrder() {
    const waiting = [];
    const doDue = () => {
      while (waiting.length > 0 && waiting[0].due <= performance.now()) waiting.shift().work();
      if (waiting.length > 0) setTimeout(doDue, Math.max(1, waiting[0].due - performance.now()));
    };
    return (work) => {
      waiting.push({ work, due: performance.now() + this.latency });
      if (waiting.length === 1) doDue();
    };
  }

  // New connections go to HOST:PORT.
  lead(target) {
    this.target = place(target);
  }

  // Breaks all connections that are open now.
  cut() {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  // As a machine that is gone: connections break and new ones are refused, until listen().
  async shut() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.cut();
    await closed;
  }

  // Takes connections again, by the same address.
  listen() {
    const { host, port } = place(this.address);
    return new Promise((resolve, reject) => this.server.once('error', reject).listen(port, host, resolve));
  }

  // Reads nothing more, from old and new connections alike, as a cable pulled out would; flow() goes on where it stopped.
  stall() {
    this.stalled = true;
    for (const { near, far } of this.pairs) {
      near.pause();
      far.pause();
    }
  }

  flow() {
    this.stalled = false;
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  // Ends the way towards the target only; what comes from there still arrives.
  halfClose() {
    for (const { far } of this.pairs) far.end();
  }

  // From now on everything takes this many milliseconds more, each way.
  delay(milliseconds) {
    this.latency = milliseconds;
  }

  async close() {
    this.stalled = false;
    const closed = this.server.listening ? new Promise((resolve) => this.server.close(resolve)) : undefined;
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }
}
