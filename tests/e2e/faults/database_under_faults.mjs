// The PostgreSQL of a mesh, with ways to it that can be cut, and a standby that can take its place.
import { Postgres } from '../postgres.mjs';
import { Network } from './network.mjs';
import { TcpProxy } from './tcp_proxy.mjs';

export class DatabaseUnderFaults {
  // `standby` is 'synchronous', 'asynchronous' or nothing.
  static async start(t, { standby } = {}) {
    const database = new DatabaseUnderFaults(t);
    database.primary = await Postgres.start(t);
    if (standby) {
      database.replication = await TcpProxy.open(database.primary.address);
      t.atEnd(() => database.replication.close());
      database.standby = await database.primary.standby({ synchronous: standby === 'synchronous', through: database.replication.address });
    }
    return database;
  }

  constructor(t) {
    this.t = t;
    this.networks = [];
  }

  // The address for one server, who has ways of its own; their places in the address never change.
  async urlForOne() {
    const places = [this.primary, this.standby].filter(Boolean);
    const network = await Network.open(this.t, places.map(({ address }) => address));
    network.servers = places;
    this.networks.push(network);
    return this.primary.url({ hosts: network.ways.map(({ address }) => address), options: '?connect_timeout=2' });
  }

  // Breaks the connections of all servers, or of one.
  cut(network) {
    for (const one of network ? [network] : this.networks) one.cut();
  }

  // Makes the ways to a server that is gone refuse connections: libpq goes to the next host then, and not when it is hung up on.
  async shut(server) {
    for (const network of this.networks) await network.ways[network.servers.indexOf(server)].shut();
  }

  // The primary stops to answer, as a machine that hangs, and the standby takes its place. Gives the old one.
  async failOver() {
    const old = this.primary;
    old.freeze();
    await this.standby.promote();
    this.cut();
    this.primary = this.standby;
    this.standby = undefined;
    return old;
  }

  // Puts a new standby in the place of a server that is gone for good.
  async replace(old) {
    await old.kill();
    this.replication.lead(this.primary.address);
    this.standby = await this.primary.standby({ synchronous: true, through: this.replication.address });
    for (const network of this.networks) {
      const place = network.servers.indexOf(old);
      network.servers[place] = this.standby;
      network.ways[place].lead(this.standby.address);
    }
  }
}
