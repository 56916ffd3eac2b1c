import type { TdsParameter, TdsRequest, TransactionIsolation } from '../request.ts';
import { ByteReader } from './byte-reader.ts';
import { ProtocolError } from './packets.ts';
import { readParameterType } from './parameter-types.ts';
import { readParameterValue } from './parameter-values.ts';

const SP_EXECUTESQL = 10;
const PROCEDURE_BY_ID = 0xffff;
const TRANSACTION_HEADER = 2;

/** The headers in front of every request (MS-TDS 2.2.5.3): the transaction it belongs to, 0 for none. */
export function readAllHeaders(reader: ByteReader): { readonly transaction: bigint } {
  const total = reader.uint32();
  if (total < 4) throw new ProtocolError(`ALL_HEADERS of ${total} bytes`);
  const headers = new ByteReader(reader.take(total - 4));
  let transaction = 0n;
  while (headers.left > 0) {
    const header = new ByteReader(headers.take(headers.uint32() - 4));
    if (header.uint16() === TRANSACTION_HEADER) transaction = header.uint64();
  }
  return { transaction };
}

/** MS-TDS 2.2.6.7. */
export function parseBatch(payload: Buffer): TdsRequest {
  const reader = new ByteReader(payload);
  readAllHeaders(reader);
  if (reader.left % 2 !== 0) throw new ProtocolError(`A batch of ${reader.left} bytes; UTF-16 has an even number`);
  return { kind: 'batch', sql: reader.text(reader.left / 2), parameters: [] };
}

/** A call of a procedure other than sp_executesql. */
export interface OtherProcedure {
  readonly procedure: string;
}

/** MS-TDS 2.2.6.6: one call of sp_executesql, by its name or its number. */
export function parseRpc(payload: Buffer): TdsRequest | OtherProcedure {
  const reader = new ByteReader(payload);
  readAllHeaders(reader);
  const nameLength = reader.uint16();
  const procedure = nameLength === PROCEDURE_BY_ID ? reader.uint16() : reader.text(nameLength);
  reader.uint16();
  if (!isExecuteSql(procedure)) return { procedure: String(procedure) };
  const [statement, , ...parameters] = readParameters(reader);
  if (statement === undefined || statement.value === null) throw new ProtocolError('sp_executesql without a statement');
  return { kind: 'rpc', sql: statement.value, parameters };
}

function isExecuteSql(procedure: number | string): boolean {
  if (typeof procedure === 'number') return procedure === SP_EXECUTESQL;
  return /^(?:\[?sys\]?\.)?\[?sp_executesql\]?$/i.test(procedure);
}

function readParameters(reader: ByteReader): TdsParameter[] {
  const parameters: TdsParameter[] = [];
  while (reader.left > 0) {
    const name = reader.text(reader.uint8()).replace(/^@/, '');
    reader.uint8(); // by reference or default: output parameters are not answered
    const type = readParameterType(reader);
    parameters.push({ name, type: type.type, value: readParameterValue(reader, type) });
  }
  return parameters;
}

/** What a transaction request wants (MS-TDS 2.2.6.9). */
export interface TransactionRequest {
  readonly step: 'begin' | 'commit' | 'rollback' | 'save';
  readonly name: string;
  /** Undefined to leave it as it is. */
  readonly isolation: TransactionIsolation | undefined;
}

const STEPS: Readonly<Record<number, TransactionRequest['step']>> = {
  5: 'begin',
  7: 'commit',
  8: 'rollback',
  9: 'save',
};

const ISOLATIONS: Readonly<Record<number, TransactionIsolation>> = {
  1: 'read uncommitted',
  2: 'read committed',
  3: 'repeatable read',
  4: 'serializable',
  5: 'snapshot',
};

export function parseTransaction(payload: Buffer): TransactionRequest {
  const reader = new ByteReader(payload);
  readAllHeaders(reader);
  const code = reader.uint16();
  const step = STEPS[code];
  if (step === undefined) throw new ProtocolError(`A transaction request ${code}; known are 5, 7, 8, 9`);
  const isolation = step === 'begin' ? ISOLATIONS[reader.uint8()] : undefined;
  const nameBytes = reader.uint8();
  return { step, isolation, name: reader.take(nameBytes).toString('utf16le') };
}
