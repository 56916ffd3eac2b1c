import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The startup message of PostgreSQL, unencrypted: its length, the protocol version, names and values ending in NUL. */
const NAME = /\0application_name\0([^\0]*)\0/;

/**
 * Stands between a fleet and a PostgreSQL without TLS, and is told by the application name which table a connection is
 * for. So a test decides for which tables the database is gone, whatever the order in which they are read.
 */
export class DatabaseProxy {
  readonly #server: Server;
  readonly #isAway: (table: string) => boolean;
  #isBack = false;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, isAway: (table: string) => boolean) {
    this.#server = server;
    this.#isAway = isAway;
  }

  static async start(
    database: { host: string; port: number },
    isAway: (table: string) => boolean,
  ): Promise<DatabaseProxy> {
    const server = createServer();
    const proxy = new DatabaseProxy(server, isAway);
    server.on('connection', (client) => proxy.#accept(client, database));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on the database is there for every table. */
  comeBack(): void {
    this.#isBack = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => this.#server.close(done));
  }

  #accept(client: Socket, { host, port }: { host: string; port: number }): void {
    this.#keep(client);
    client.once('data', (startup) => {
      const name = NAME.exec(startup.toString('latin1'))?.[1] ?? '';
      const table = name.split('/').slice(3).join('/');
      if (!this.#isBack && this.#isAway(table)) {
        client.destroy();
        return;
      }
      const upstream = this.#keep(connect(port, host));
      upstream.write(startup);
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
