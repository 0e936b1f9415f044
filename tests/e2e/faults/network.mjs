// The ways from one process to all servers of a mesh, which break together.
import { TcpProxy } from './tcp_proxy.mjs';

export class Network {
  // `addresses` of the servers, each HOST:PORT. Gone after the case.
  static async open(t, addresses) {
    const ways = [];
    for (const address of addresses) {
      const way = await TcpProxy.open(address);
      t.atEnd(() => way.close());
      ways.push(way);
    }
    return new Network(ways);
  }

  constructor(ways) {
    this.ways = ways;
    this.address = ways.map(({ address }) => address).join(',');
  }

  cut() {
    for (const way of this.ways) way.cut();
  }

  stall() {
    for (const way of this.ways) way.stall();
  }

  flow() {
    for (const way of this.ways) way.flow();
  }

  halfClose() {
    for (const way of this.ways) way.halfClose();
  }

  delay(milliseconds) {
    for (const way of this.ways) way.delay(milliseconds);
  }
}
