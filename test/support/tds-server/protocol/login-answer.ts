import {
  done,
  envChange,
  envChangeCollation,
  error,
  featureExtAck,
  info,
  loginAck,
  type ServerMessage,
} from '../../tds/tokens.ts';
import type { Login7 } from './login7.ts';
import { MAX_PACKET_BYTES, MIN_PACKET_BYTES } from './packets.ts';

/** Who may log in, and to what. */
export interface TdsLogin {
  readonly user: string;
  readonly password: string;
  /** The login's default database. */
  readonly database: string;
  readonly otherDatabases?: readonly string[];
}

export type LoginVerdict =
  | { readonly accepted: true; readonly database: string }
  | { readonly accepted: false; readonly errors: readonly ServerMessage[] };

const COLLATION = 'SQL_Latin1_General_CP1_CI_AS';
const UTF8_FEATURE = 0x0a;

/** A database's name does not mind upper or lower case, as the server's collation says; a user's does not either. */
export function judgeLogin(login: Login7, logins: readonly TdsLogin[]): LoginVerdict {
  const known = logins.find(({ user, password }) => same(user, login.user) && password === login.password);
  if (known === undefined) return { accepted: false, errors: [loginFailed(login.user)] };
  const wanted = login.database === '' ? known.database : login.database;
  const database = [known.database, ...(known.otherDatabases ?? [])].find((name) => same(name, wanted));
  if (database !== undefined) return { accepted: true, database };
  const message = `Cannot open database "${wanted}" requested by the login. The login failed.`;
  return { accepted: false, errors: [{ number: 4060, state: 1, class: 11, message }, loginFailed(login.user)] };
}

/** The state is 1 whatever the reason: the server does not tell a stranger more. */
export function loginFailed(user: string): ServerMessage {
  return { number: 18456, state: 1, class: 14, message: `Login failed for user '${user}'.` };
}

export function refusedLogin(errors: readonly ServerMessage[]): Buffer {
  return Buffer.concat([...errors.map(error), done({ error: true, command: 0 })]);
}

/** The packet size that the client wants, within what the server serves. */
export function agreedPacketBytes(wanted: number, most: number): number {
  const served = Math.min(most, MAX_PACKET_BYTES);
  return wanted === 0 ? Math.min(4096, served) : Math.min(Math.max(wanted, MIN_PACKET_BYTES), served);
}

/** The tokens of an accepted login, in the order in which SQL Server sends them. */
export function acceptedLogin(login: Login7, database: string, packetBytes: number): Buffer {
  const changedDatabase = `Changed database context to '${database}'.`;
  return Buffer.concat([
    envChange('database', database, 'master'),
    info({ number: 5701, state: 2, message: changedDatabase }),
    envChangeCollation(COLLATION),
    envChange('language', 'us_english'),
    info({ number: 5703, state: 1, message: 'Changed language setting to us_english.' }),
    loginAck(),
    envChange('packet-size', String(packetBytes), String(login.packetBytes)),
    ...(login.features.includes(UTF8_FEATURE) ? [featureExtAck([[UTF8_FEATURE, Buffer.from([1])]])] : []),
    done({ command: 0 }),
  ]);
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
