import { ByteWriter } from './byte-writer.ts';

export interface DoneStatus {
  /** Left out, or `noCount`: the count bit is not set. */
  readonly rowCount?: number;
  readonly noCount?: boolean;
  /** More results follow. */
  readonly more?: boolean;
  readonly error?: boolean;
  readonly attention?: boolean;
  readonly serverError?: boolean;
  /** The statement's command; 0xC1 is SELECT. */
  readonly command?: number;
}

const SELECT_COMMAND = 0xc1;

/** MS-TDS 2.2.7.6. */
export const done = (status: DoneStatus = {}): Buffer => doneToken(0xfd, status);
/** MS-TDS 2.2.7.7: the end of a statement within a procedure, so also within sp_executesql. */
export const doneInProc = (status: DoneStatus = {}): Buffer => doneToken(0xff, status);
/** MS-TDS 2.2.7.8. */
export const doneProc = (status: DoneStatus = {}): Buffer => doneToken(0xfe, status);

function doneToken(token: number, status: DoneStatus): Buffer {
  const counted = status.rowCount !== undefined && status.noCount !== true;
  const out = new ByteWriter(16);
  out.u8(token);
  out.u16(
    (status.more ? 0x0001 : 0) |
      (status.error ? 0x0002 : 0) |
      (counted ? 0x0010 : 0) |
      (status.attention ? 0x0020 : 0) |
      (status.serverError ? 0x0100 : 0),
  );
  out.u16(status.command ?? SELECT_COMMAND);
  out.u64(status.rowCount ?? 0);
  return out.take();
}

export interface ServerMessage {
  readonly number: number;
  readonly message: string;
  readonly state?: number;
  readonly class?: number;
  readonly server?: string;
  readonly proc?: string;
  readonly line?: number;
}

/** MS-TDS 2.2.7.10; class 16 unless told. */
export const error = (message: ServerMessage): Buffer => messageToken(0xaa, message, 16);
/** MS-TDS 2.2.7.13; class 0 unless told. */
export const info = (message: ServerMessage): Buffer => messageToken(0xab, message, 0);

function messageToken(token: number, message: ServerMessage, defaultClass: number): Buffer {
  const body = new ByteWriter();
  body.i32(message.number);
  body.u8(message.state ?? 1);
  body.u8(message.class ?? defaultClass);
  body.longText(message.message);
  body.shortText(message.server ?? 'TESTSQL');
  body.shortText(message.proc ?? '');
  body.u32(message.line ?? 1);
  return counted(token, body);
}

/** MS-TDS 2.2.7.18. */
export function returnStatus(value: number): Buffer {
  const out = new ByteWriter(8);
  out.u8(0x79);
  out.i32(value);
  return out.take();
}

/** MS-TDS 2.2.7.17; columns count from 1. */
export function order(columns: readonly number[]): Buffer {
  const body = new ByteWriter();
  for (const column of columns) body.u16(column);
  return counted(0xa9, body);
}

/** A token with two bytes of length behind its type. */
export function counted(token: number, body: ByteWriter): Buffer {
  const bytes = body.take();
  const out = new ByteWriter(bytes.length + 3);
  out.u8(token);
  out.u16(bytes.length);
  out.bytes(bytes);
  return out.take();
}
