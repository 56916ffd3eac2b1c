import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Console } from '../../../cli/console.ts';
import { type Question, Questions } from '../../../cli/questions.ts';

const NUMBER: Question<number> = {
  title: 'Port',
  about: 'A number.',
  preset: '5',
  read: (text) => (/^\d+$/.test(text) ? { answer: Number(text) } : { allowed: 'a whole number' }),
};

function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(typed);
  let shown = '';
  const console: Console = { out: { write: () => true }, err: { write: (text) => (shown += text) }, input };
  return { questions: new Questions(console), shown: () => shown };
}

describe('questions', () => {
  it('come one after the other, from one input', async () => {
    const { questions, shown } = terminal('1\n\n 3 \r\n');
    expect([await questions.ask(NUMBER), await questions.ask(NUMBER), await questions.ask(NUMBER)]).toEqual([1, 5, 3]);
    expect(shown()).toBe('\nA number.\nPort [5]: '.repeat(3));
    questions.close();
  });

  it('are asked until the answer is an allowed one', async () => {
    const { questions, shown } = terminal('x\n-1\n7\n');
    expect(await questions.ask(NUMBER)).toBe(7);
    expect(shown()).toBe(`\nA number.\n${'Port [5]:   Allowed: a whole number.\n'.repeat(2)}Port [5]: `);
  });

  it('without a preset need an answer', async () => {
    const { questions } = terminal('\n');
    const { preset: _, ...rest } = NUMBER;
    await expect(questions.ask({ ...rest, preset: undefined })).rejects.toMatchObject({ code: 'NOT_ANSWERED' });
  });
});
