import type { AnswerPiece } from './answer-sender.ts';

/** Changes an answer on its way; `ended` aborts when the client cancels or is gone. */
export type PieceTransform = (
  pieces: AsyncIterable<AnswerPiece>,
  ended: AbortSignal,
) => AsyncIterable<AnswerPiece> | AsyncGenerator<AnswerPiece>;

/** How the server drops a connection: politely, with a reset, or after the message's proper end. */
export type CutHow = 'fin' | 'rst' | 'after-message';

/** Thrown through an answer to drop its connection. */
export class ConnectionCut extends Error {
  readonly how: CutHow;

  constructor(how: CutHow) {
    super(`the test drops the connection: ${how}`);
    this.how = how;
  }
}

/** What happens at a row: bytes between two tokens, and how it goes on. */
export interface RowIncident {
  readonly bytes?: Uint8Array;
  readonly goesOn: 'go-on' | 'end-message' | 'stall' | CutHow;
}

const NOTHING = new Uint8Array();
const DONE_TOKENS = new Set([0xfd, 0xfe, 0xff]);

/** The incident comes in front of the first row or DONE that has `rows` rows before it. */
export function atRow(rows: number, { bytes = NOTHING, goesOn }: RowIncident): PieceTransform {
  return async function* incident(pieces, ended) {
    let seen = 0;
    let due = true;
    for await (const piece of pieces) {
      if (due && seen >= rows && (piece.rows > 0 || isDone(piece))) {
        due = false;
        yield { bytes, rows: 0, flush: goesOn !== 'go-on' && goesOn !== 'end-message' };
        if (goesOn === 'end-message') return;
        if (goesOn === 'stall') return await aborted(ended);
        if (goesOn !== 'go-on') throw new ConnectionCut(goesOn);
      }
      yield piece;
      seen += piece.rows;
    }
  };
}

/** Drops the connection behind that many bytes of the token stream, wherever they end. */
export function cutAtByte(bytes: number, how: CutHow): PieceTransform {
  return async function* cut(pieces) {
    let left = bytes;
    for await (const piece of pieces) {
      if (piece.bytes.length >= left) {
        yield { bytes: piece.bytes.subarray(0, left), rows: 0, flush: true };
        throw new ConnectionCut(how);
      }
      left -= piece.bytes.length;
      yield piece;
    }
  };
}

/** `bytes` at a time, each in a packet of its own, with a pause behind it. */
export function dripping(bytes: number, everyMs: number): PieceTransform {
  return async function* drip(pieces, ended) {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.bytes.length && !ended.aborted; at += bytes) {
        const rest = at + bytes >= piece.bytes.length;
        yield { bytes: piece.bytes.subarray(at, at + bytes), rows: rest ? piece.rows : 0, flush: true };
        await aborted(AbortSignal.any([ended, AbortSignal.timeout(everyMs)]));
      }
      if (ended.aborted) return;
    }
  };
}

/** Leaves a row out, which the count in DONE does not know. The first row is 0. */
export function losingRow(index: number): PieceTransform {
  return async function* lose(pieces) {
    let seen = 0;
    for await (const piece of pieces) {
      const lost = piece.rows > 0 && seen <= index && index < seen + piece.rows;
      seen += piece.rows;
      if (!lost) yield piece;
    }
  };
}

/** The message ends as usual, without any DONE in it. */
export function withoutDone(): PieceTransform {
  return async function* undone(pieces) {
    for await (const piece of pieces) if (!isDone(piece)) yield piece;
  };
}

function isDone({ bytes }: AnswerPiece): boolean {
  return bytes.length > 0 && DONE_TOKENS.has(bytes[0]!);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
