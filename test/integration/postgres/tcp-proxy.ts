import { connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  readonly port: number;
  /** Bytes passed from the server to the client so far. */
  bytesDown(): number;
  /** From now on the server's bytes are held back. */
  stall(): void;
  isStalled(): boolean;
  /** Resets every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Stands between the client and the server; `rewrite` may change what the server sends, chunk by chunk. */
export async function startTcpProxy(
  target: { readonly host: string; readonly port: number },
  rewrite: (chunk: Buffer) => Buffer = (chunk) => chunk,
): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let bytes = 0;
  let stalled = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    keep(client);
    keep(upstream);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (stalled) return;
      bytes += chunk.length;
      if (client.write(rewrite(chunk))) return;
      upstream.pause();
      client.once('drain', () => upstream.resume());
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    bytesDown: () => bytes,
    stall: () => {
      stalled = true;
    },
    isStalled: () => stalled,
    cut,
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
