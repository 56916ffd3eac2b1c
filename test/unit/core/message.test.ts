import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MessageError } from '../../../shared/core/errors.ts';
import { formatMessage, parseMessage, type TableMessage } from '../../../shared/core/message.ts';

const message: TableMessage = {
  source: 'shop',
  runId: '20261122T030000Z',
  table: 'public.orders',
  chunk: 0,
  sequence: 0,
  hop: 0,
  idle: 0,
  waitingSinceMs: 0,
  resume: false,
  replayedAtMs: 0,
};
const fields = {
  version: 1,
  source: 'shop',
  run_id: '20261122T030000Z',
  table: 'public.orders',
  chunk: 0,
  sequence: 0,
};

function errorOf(body: string): MessageError {
  try {
    parseMessage(body);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(MessageError);
    return thrown as MessageError;
  }
  throw new Error('the body was taken for a message');
}

describe('messages', () => {
  it('carry ids only, in a stable spelling', () => {
    expect(formatMessage(message)).toBe(
      '{"version":1,"source":"shop","run_id":"20261122T030000Z","table":"public.orders","chunk":0,"sequence":0}',
    );
    expect(parseMessage(formatMessage(message))).toEqual(message);
  });

  it('name what a continuation and a replay have besides, and nothing that others do without', () => {
    const continued = {
      ...message,
      chunk: 3,
      sequence: 7,
      hop: 2,
      idle: 1,
      waitingSinceMs: 5,
      resume: true,
      replayedAtMs: 9,
    };
    expect(formatMessage(continued)).toMatch(
      /"chunk":3,"sequence":7,"hop":2,"idle":1,"waiting_since_ms":5,"resume":true,"replayed_at_ms":9}$/,
    );
    expect(parseMessage(formatMessage(continued))).toEqual(continued);
  });

  it.each([{ hop: -1 }, { hop: '2' }, { idle: 0.5 }, { resume: 'yes' }, { replayed_at_ms: -1 }])(
    'refuse %j',
    (wrong) => {
      expect(errorOf(JSON.stringify({ ...fields, ...wrong })).code).toBe('MESSAGE_INVALID');
    },
  );

  it('take fields that this release does not know, as a later one may send', () => {
    expect(parseMessage(JSON.stringify({ ...fields, priority: 'high' }))).toEqual(message);
  });

  it('come back whole for any names and numbers', () => {
    const anyMessage = fc.record({
      source: fc.string({ unit: 'binary', minLength: 1 }),
      runId: fc.constantFrom('20261122T030000Z', '19700101T000000.001Z'),
      table: fc.string({ unit: 'binary', minLength: 1 }),
      chunk: fc.maxSafeNat(),
      sequence: fc.maxSafeNat(),
      hop: fc.maxSafeNat(),
      idle: fc.maxSafeNat(),
      waitingSinceMs: fc.maxSafeNat(),
      resume: fc.boolean(),
      replayedAtMs: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(anyMessage, (any) => {
        const body = formatMessage(any);
        expect(parseMessage(body)).toEqual(any);
      }),
    );
  });

  it('hold only characters that SQS takes', () => {
    const table = '\u0000\u001F\uD800\uFFFE\uFFFF𝄞';
    const body = formatMessage({ ...message, table });
    expect(body).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
    expect(body).toContain('\\u0000\\u001f\\ud800\\ufffe\\uffff\\ud834\\udd1e');
    expect(parseMessage(body).table).toBe(table);
  });

  it.each([
    ['', 'is not JSON'],
    ['{"version":1', 'is not JSON'],
    ['null', 'is not a JSON object'],
    ['[]', 'is not a JSON object'],
    ['"text"', 'is not a JSON object'],
    ['7', 'is not a JSON object'],
  ])('refuse %j as not ours', (body, found) => {
    const error = errorOf(body);
    expect(error).toMatchObject({ code: 'MESSAGE_NOT_OURS', retry: 'permanent' });
    expect(error.message).toBe(`The message ${found}; expected a Landfall table message.`);
    expect(error.remedy).toContain('who else may send');
  });

  it.each([
    [{ ...fields, version: undefined }, 'missing'],
    [{ ...fields, version: 2 }, '2'],
    [{ ...fields, version: '1' }, 'a string'],
    [{ ...fields, version: null }, 'null'],
    [{ Records: [{ s3: {} }] }, 'missing'],
  ])('refuse an unknown version', (body, found) => {
    const error = errorOf(JSON.stringify(body));
    expect(error).toMatchObject({ code: 'MESSAGE_VERSION_UNKNOWN', retry: 'permanent' });
    expect(error.message).toContain(`has version ${found};`);
  });

  it.each([
    ['source', ''],
    ['source', 7],
    ['source', undefined],
    ['table', ''],
    ['table', null],
    ['table', ['public.orders']],
    ['run_id', undefined],
    ['run_id', '../../etc'],
    ['run_id', '20261122T030000.000Z'],
    ['run_id', 20261122],
    ['chunk', -1],
    ['chunk', 0.5],
    ['chunk', '0'],
    ['chunk', 2 ** 53],
    ['sequence', undefined],
    ['sequence', true],
  ])('refuse %s %j', (field, value) => {
    const error = errorOf(JSON.stringify({ ...fields, [field]: value }));
    expect(error).toMatchObject({ code: 'MESSAGE_INVALID', retry: 'permanent' });
    expect(error.message).toMatch(new RegExp(`^The message's ${field} is .+; expected .+\\.$`));
  });

  it('gives a message or a MessageError for any text', () => {
    const anyFields = fc.record(
      {
        version: fc.oneof(fc.constant(1), fc.jsonValue()),
        source: fc.oneof(fc.constant('shop'), fc.jsonValue()),
        run_id: fc.oneof(fc.constant('20261122T030000Z'), fc.jsonValue()),
        table: fc.oneof(fc.constant('orders'), fc.jsonValue()),
        chunk: fc.oneof(fc.constant(0), fc.jsonValue()),
        sequence: fc.oneof(fc.constant(0), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      anyFields.map((any) => JSON.stringify(any)),
      fc.constantFrom('{"__proto__":{"version":1}}', '{"version":{"toString":1}}', '['.repeat(100_000)),
    );
    fc.assert(
      fc.property(body, (text) => {
        try {
          expect(scheduledTimeIsSound(parseMessage(text))).toBe(true);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(MessageError);
          expect((thrown as MessageError).message.length).toBeLessThan(200);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('never says in an error what the body said', () => {
    const secret = 'hunter2-öüß';
    const field = fc.constantFrom('version', 'source', 'run_id', 'table', 'chunk', 'sequence');
    const value = fc.constantFrom<unknown>(secret, [secret], { [secret]: secret }, { nested: { password: secret } });
    fc.assert(
      fc.property(field, value, fc.nat({ max: 60 }), (name, wrong, cutAt) => {
        const whole = JSON.stringify({ password: secret, ...fields, [name]: wrong });
        for (const body of [whole, whole.slice(0, cutAt), `${secret}${whole}`]) {
          try {
            parseMessage(body);
          } catch (thrown) {
            const { message: text, remedy, cause } = thrown as MessageError;
            expect(`${text} ${remedy} ${String(cause)}`).not.toContain(secret);
          }
        }
      }),
    );
  });
});

function scheduledTimeIsSound(parsed: TableMessage): boolean {
  return parseMessage(formatMessage(parsed)).runId === parsed.runId;
}
