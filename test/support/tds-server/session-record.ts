import type { Login7 } from './protocol/login7.ts';
import type { TdsRequest, TdsSession, TransactionIsolation, TransactionStep } from './request.ts';

/** A session as the server itself writes it down. */
export class SessionRecord implements TdsSession {
  readonly id: number;
  loggedIn = false;
  user = '';
  database = '';
  appName = '';
  hostName = '';
  readOnlyIntent = false;
  packetBytes = 0;
  encrypted = false;
  open = true;
  readonly requests: TdsRequest[] = [];
  attentions = 0;
  resets = 0;
  readonly transactionSteps: TransactionStep[] = [];
  inTransaction = false;
  isolation: TransactionIsolation | undefined;
  answeredBytes = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** What the client says of itself, whether it may come in or not. */
  introduce(login: Login7): void {
    this.user = login.user;
    this.database = login.database;
    this.appName = login.appName;
    this.hostName = login.hostName;
    this.readOnlyIntent = login.readOnlyIntent;
  }
}
