import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { crc32 } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type BenchSource, querySql } from '../../../bench/land/sources/login.ts';
import { decodeBytes } from './frozen-work.ts';

const TABLE = 'orders';

/** The rows of SQL Server off a bare socket, decoded by frozen code. */
export async function drainSocket(source: BenchSource, rows: number): Promise<number> {
  let sum = 0;
  const socket = connect(source.barePort!, source.host);
  socket.write(querySql(source, TABLE, rows));
  socket.on('data', (piece) => {
    sum += decodeBytes(piece);
  });
  await once(socket, 'end');
  socket.destroy();
  return sum;
}

/** The rows of PostgreSQL out of a binary COPY, decoded by frozen code. */
export async function drainCopy(source: BenchSource, rows: number): Promise<number> {
  let sum = 0;
  const client = new pg.Client({ ...source });
  await client.connect();
  const copy = client.query(copyTo(`COPY (${querySql(source, TABLE, rows)}) TO STDOUT (FORMAT binary)`));
  copy.on('data', (piece) => {
    sum += decodeBytes(piece);
  });
  await once(copy, 'end');
  await client.end();
  return sum;
}

/** An object by the plainest request there is, and a look at its bytes. @throws Error when it is refused */
export async function putBytes(url: string, bytes: Uint8Array): Promise<number> {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  const headers = { 'content-length': bytes.length, 'x-amz-checksum-crc32': checksum.toString('base64') };
  const sent = request(url, { method: 'PUT', headers });
  sent.end(bytes);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`PUT ${url} was answered with ${answer.statusCode}`);
  return decodeBytes(bytes);
}
