import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { canAsk, confirmed } from '../../../cli/confirm.ts';
import type { Console } from '../../../cli/console.ts';

/** A terminal at which somebody types `answer` and then ends the input. */
function terminal(answer: string, isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  input.end(answer);
  let shown = '';
  const console: Console = {
    out: { write: () => true },
    err: { isTTY, write: (text) => (shown += text) },
    input,
  };
  return { console, shown: () => shown };
}

describe('confirmed', () => {
  it.each(['y\n', 'yes\n', ' Y \r\n', 'YES'])('takes %j for a yes', async (answer) => {
    const { console, shown } = terminal(answer);
    expect(await confirmed('Go on?', 'Add --yes.', console)).toBe(true);
    expect(shown()).toBe('Go on? [y/N] ');
  });

  it.each(['', '\n', 'n\n', 'no\ny\n', 'yess\n', 'ja\n'])('takes %j for a no', async (answer) => {
    expect(await confirmed('Go on?', 'Add --yes.', terminal(answer).console)).toBe(false);
  });

  it('refuses where nobody can answer, and says what to do', async () => {
    const { console } = terminal('y\n', false);
    const refusal = { name: 'ConfigError', code: 'NOT_CONFIRMED', remedy: 'Add --yes.' };
    expect(canAsk(console)).toBe(false);
    await expect(confirmed('Go on?', 'Add --yes.', console)).rejects.toMatchObject(refusal);
    const { input: _, ...noInput } = terminal('').console;
    await expect(confirmed('Go on?', 'Add --yes.', noInput)).rejects.toMatchObject(refusal);
  });
});
