import type { Socket } from 'node:net';
import type { TdsFaults } from '../faults.ts';
import type { TdsAnswer, TdsRequest, TdsSession } from '../request.ts';
import type { SessionRecord } from '../session-record.ts';
import { ConnectionCut } from './fault-transforms.ts';
import { Incoming } from './incoming.ts';
import {
  acceptedLogin,
  agreedPacketBytes,
  judgeLogin,
  loginFailed,
  refusedLogin,
  type TdsLogin,
} from './login-answer.ts';
import { parseLogin7 } from './login7.ts';
import { ConnectionClosed, MessageWriter } from './message-writer.ts';
import { type Message, PacketType, ProtocolError, packMessage } from './packets.ts';
import {
  askedEncryption,
  Encryption,
  type EncryptionPolicy,
  negotiateEncryption,
  parsePrelogin,
  preloginAnswer,
} from './prelogin.ts';
import { RequestLoop } from './request-loop.ts';
import { type ServerCertificate, startTls } from './tls-carrier.ts';

/** What a server's connections have in common. */
export interface ServerContext {
  readonly answer: (request: TdsRequest, session: TdsSession) => TdsAnswer;
  readonly logins: readonly TdsLogin[];
  readonly encryption: EncryptionPolicy;
  readonly certificate: ServerCertificate | undefined;
  readonly maxPacketBytes: number;
  readonly faults: TdsFaults;
  /** What went wrong in the server or broke the protocol, for tests to look at. */
  readonly problems: Error[];
  readonly nextDescriptor: () => bigint;
}

/** Before LOGIN7 packets are this long (MS-TDS 2.2.3.1.3). */
const EARLY_PACKET_BYTES = 4096;
/** A reset overtakes bytes that are still under way; the client is given time to read them. */
const RESET_DELAY_MS = 50;

/** One client, from PRELOGIN to the end of the connection. Never rejects. */
export async function serveConnection(socket: Socket, session: SessionRecord, context: ServerContext): Promise<void> {
  await new Connection(socket, session, context).serve();
}

class Connection {
  readonly #socket: Socket;
  /** The socket, or TLS over it. */
  #stream: Socket;
  readonly #session: SessionRecord;
  readonly #context: ServerContext;
  readonly #incoming = new Incoming();

  constructor(socket: Socket, session: SessionRecord, context: ServerContext) {
    this.#socket = socket;
    this.#stream = socket;
    this.#session = session;
    this.#context = context;
  }

  async serve(): Promise<void> {
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => {}); // `close` follows and says all that matters here
    this.#incoming.readFrom(this.#socket);
    try {
      await this.#prelogin();
      const writer = await this.#login();
      if (writer !== undefined) {
        await new RequestLoop(this.#incoming, writer, this.#session, this.#context).run();
      }
      this.#stream.destroySoon();
    } catch (thrown) {
      await this.#end(thrown as Error);
    } finally {
      this.#incoming.detach();
      this.#session.open = false;
    }
  }

  async #end(thrown: Error): Promise<void> {
    if (thrown instanceof ConnectionCut && thrown.how !== 'rst') {
      this.#stream.destroySoon();
      return;
    }
    if (thrown instanceof ConnectionCut) {
      await new Promise((resolve) => setTimeout(resolve, RESET_DELAY_MS));
      this.#socket.resetAndDestroy();
      return;
    }
    if (!(thrown instanceof ConnectionClosed)) this.#context.problems.push(thrown);
    this.#stream.destroy();
    this.#socket.destroy();
  }

  async #prelogin(): Promise<void> {
    const message = await this.#expect(PacketType.prelogin);
    const asked = askedEncryption(parsePrelogin(message.payload));
    const agreed = negotiateEncryption(asked, this.#context.encryption);
    this.#socket.write(packMessage(PacketType.tabularResult, preloginAnswer(agreed), EARLY_PACKET_BYTES));
    if (agreed !== Encryption.on && agreed !== Encryption.required) return;
    this.#incoming.detach();
    const tls = await startTls(this.#socket, this.#context.certificate!);
    tls.on('error', () => {});
    this.#stream = tls;
    this.#session.encrypted = true;
    this.#incoming.readFrom(tls);
  }

  /** Undefined when the client did not get in. */
  async #login(): Promise<MessageWriter | undefined> {
    const login = parseLogin7((await this.#expect(PacketType.login7)).payload);
    const { faults, logins, maxPacketBytes } = this.#context;
    this.#session.introduce(login);
    const fault = faults.takeLogin();
    if (fault === 'stall') {
      await this.#incoming.next();
      return undefined;
    }
    const verdict = judgeLogin(login, logins);
    const errors = fault === undefined ? [] : (fault.errors ?? [loginFailed(login.user)]);
    if (!verdict.accepted || errors.length > 0) {
      const tokens = refusedLogin(errors.length > 0 || verdict.accepted ? errors : verdict.errors);
      this.#stream.write(packMessage(PacketType.tabularResult, tokens, EARLY_PACKET_BYTES));
      return undefined;
    }
    const packetBytes = agreedPacketBytes(login.packetBytes, maxPacketBytes);
    const tokens = acceptedLogin(login, verdict.database, packetBytes);
    Object.assign(this.#session, { loggedIn: true, database: verdict.database, packetBytes });
    this.#stream.write(packMessage(PacketType.tabularResult, tokens, EARLY_PACKET_BYTES));
    this.#incoming.assembler.maxPacketBytes = packetBytes;
    return new MessageWriter(this.#stream, packetBytes, this.#session.id);
  }

  async #expect(type: number): Promise<Message> {
    const message = await this.#incoming.next();
    if (message === undefined) throw new ConnectionClosed();
    if (message.type !== type) throw new ProtocolError(`A message of type ${message.type}; expected was ${type}`);
    return message;
  }
}
