import { describe, expect, it } from '@jest/globals';
import { firstMessage, formatMessage } from '../../../shared/core/message.ts';
import { type LetterFilter, sortLetters } from '../../../shared/flow/dead-tables.ts';
import type { DeadLetter } from '../../../shared/queue/queue.ts';

const RUN_ID = '20261122T030000Z';
const all: LetterFilter = { tables: [], runs: [], errors: [] };

function letter(id: number, body: string, errorCode?: string): DeadLetter {
  const reason = { errorCode, errorMessage: errorCode && `because ${errorCode}`, attempts: 1 };
  return { messageId: `m${id}`, receiptHandle: `r${id}`, body, sentAtMs: id, ...reason };
}

const of = (table: string, chunk = 0) => formatMessage({ ...firstMessage('shop', RUN_ID, table), chunk });

describe('sorting dead letters', () => {
  it('brings the letters of a table of a run together, with its newest reason', () => {
    const letters = [letter(1, of('a'), 'DEADLOCK'), letter(2, of('b')), letter(3, of('a', 1), 'LOGIN_REFUSED')];
    const { tables, others, left } = sortLetters(letters, all);
    expect(tables.map(({ message, errorCode, letters: its }) => [message.table, errorCode, its.length])).toEqual([
      ['a', 'LOGIN_REFUSED', 2],
      ['b', undefined, 1],
    ]);
    expect(tables[0]).toMatchObject({ message: { chunk: 0 }, errorMessage: 'because LOGIN_REFUSED' });
    expect([others, left]).toEqual([[], 0]);
  });

  it('tells what is not meant from what cannot be read', () => {
    const letters = [letter(1, of('a'), 'DEADLOCK'), letter(2, 'hello'), letter(3, of('b'))];
    const { tables, others, left, unreadable } = sortLetters(letters, { ...all, errors: ['none'] });
    expect(tables.map(({ message }) => message.table)).toEqual(['b']);
    expect(others.map(({ messageId }) => messageId)).toEqual(['m1', 'm2']);
    expect([left, unreadable.map(({ messageId }) => messageId)]).toEqual([1, ['m2']]);
  });

  it('leaves out nothing that every part of the filter means', () => {
    const letters = [letter(1, of('a'), 'X'), letter(2, of('b'), 'X'), letter(3, of('a'), 'Y')];
    const { tables } = sortLetters(letters, { tables: ['a'], runs: [RUN_ID], errors: ['X'] });
    expect(tables.map(({ letters: its }) => its.map(({ messageId }) => messageId))).toEqual([['m1']]);
    expect(sortLetters(letters, { ...all, runs: ['20200101T000000Z'] })).toMatchObject({ tables: [], left: 3 });
  });
});
