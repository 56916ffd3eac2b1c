import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TdsFaults } from './faults.ts';
import { type ServerContext, serveConnection } from './protocol/connection.ts';
import type { TdsLogin } from './protocol/login-answer.ts';
import { MAX_PACKET_BYTES } from './protocol/packets.ts';
import type { ServerCertificate } from './protocol/tls-carrier.ts';
import type { TdsAnswer, TdsRequest, TdsSession } from './request.ts';
import { SessionRecord } from './session-record.ts';

export { TdsFaults } from './faults.ts';
export type { TdsLogin } from './protocol/login-answer.ts';
export type { TdsAnswer, TdsParameter, TdsPiece, TdsRequest, TdsSession } from './request.ts';

export interface TdsServerOptions {
  /** The token stream that answers a request, DONE included. What it throws the client gets as error 50000. */
  readonly answer: (request: TdsRequest, session: TdsSession) => TdsAnswer;
  /** Called when a connection is gone. */
  readonly closed?: (session: TdsSession) => void;
  readonly logins: readonly TdsLogin[];
  /** Encryption for clients that want it; with `required` no others get in. None by default. */
  readonly tls?: (ServerCertificate & { readonly required?: boolean }) | false;
  /** The largest packet the server agrees to, header included. */
  readonly packetBytes?: number;
  readonly faults?: TdsFaults;
}

export interface TdsServer {
  readonly host: string;
  readonly port: number;
  readonly faults: TdsFaults;
  /** Every connection so far, in the order of their coming. */
  readonly sessions: readonly TdsSession[];
  /** Broken protocol and failed answers; a test that expects neither checks that there are none. */
  readonly problems: readonly Error[];
  /** Drops every open connection without a word, as a crashed server does. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** A server of TDS 7.4 on 127.0.0.1, on a port of its own. */
export async function startTdsServer(options: TdsServerOptions): Promise<TdsServer> {
  const context = contextOf(options);
  const sessions: SessionRecord[] = [];
  const sockets = new Set<Socket>();
  const served = new Set<Promise<void>>();
  const server = createServer((socket) => {
    if (context.faults.takeConnection()) {
      socket.resetAndDestroy();
      return;
    }
    const session = new SessionRecord(sessions.length + 51); // the first 50 are the system's own
    sessions.push(session);
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      options.closed?.(session);
    });
    const serving = serveConnection(socket, session, context).finally(() => served.delete(serving));
    served.add(serving);
  });
  const port = await listen(server);
  const dropConnections = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    host: '127.0.0.1',
    port,
    faults: context.faults,
    sessions,
    problems: context.problems,
    dropConnections,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      dropConnections();
      await Promise.all([closed, ...served]);
    },
  };
}

function contextOf({ answer, logins, tls = false, packetBytes, faults }: TdsServerOptions): ServerContext {
  let lastDescriptor = 0n;
  return {
    answer,
    logins,
    encryption: tls === false ? 'none' : tls.required === true ? 'required' : 'available',
    certificate: tls === false ? undefined : tls,
    maxPacketBytes: packetBytes ?? MAX_PACKET_BYTES,
    faults: faults ?? new TdsFaults(),
    problems: [],
    nextDescriptor: () => ++lastDescriptor,
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
