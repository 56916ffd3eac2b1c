import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

const SCHEDULE = '    schedule: cron(0 3 * * ? *)\n';
const sourceOf = (text: string) => parseConfig(text, FILE).sources.get('shop')!;
const dueOf = (text: string) => [...sourceOf(text).tables.values()].map(({ dueWithinMs }) => dueWithinMs);

describe('due_within', () => {
  it('is of a table, or of the defaults', () => {
    const defaults = `${SCHEDULE}    defaults: { due_within: 2h }\n`;
    expect(dueOf(shopWith('a.b: { due_within: 15m }\na.c: {}', SCHEDULE))).toEqual([900_000, undefined]);
    expect(dueOf(shopWith('a.b: { due_within: 7d }\na.c: {}', defaults))).toEqual([604_800_000, 7_200_000]);
  });

  it.each(['14m', '8d', '120', 'soon'])('may not be %s', (value) => {
    expect(linesOf(shopWith(`a.b: { due_within: "${value}" }`, SCHEDULE))).toEqual([
      expect.stringMatching(/due_within: found .*; allowed: a duration such as 90m or 2h, from 15m to 7d$/),
    ]);
  });

  it('is refused where nothing is ever due, in every place', () => {
    const lines = linesOf(shopWith('a.b: { due_within: 1h }\na.c: {}', '    defaults: { due_within: 2h }\n'));
    expect(lines).toEqual(
      ['sources.shop.defaults.due_within', 'sources.shop.tables."a.b".due_within'].map((path) =>
        expect.stringContaining(`${path}: found due_within for a source without a schedule`),
      ),
    );
  });

  it('asks for a schedule whose times can be told', () => {
    const wrong = '    schedule: cron(0 25 * * ? *)\n';
    expect(linesOf(shopWith('a.b: { due_within: 1h }', wrong))).toEqual([
      expect.stringMatching(
        /^7: sources\.shop\.schedule: found "cron\(0 25 \* \* \? \*\)", of which it cannot be told/,
      ),
    ]);
    expect(linesOf(shopWith('a.b: { due_within: 1h }', '    schedule: daily\n'))).toHaveLength(1);
  });
});

describe('time_zone', () => {
  it.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Asia/Calcutta', 'Etc/GMT+3'])(
    'may be %s',
    (name) => {
      expect(sourceOf(shopWith('a.b:', `    time_zone: ${name}\n`)).timeZone).toBe(name);
    },
  );

  it('is UTC when nothing is said', () => {
    expect(sourceOf(shopWith('a.b:')).timeZone).toBe('UTC');
  });

  it.each(['europe/berlin', 'Europe/Berlim', '+02:00', 'CEST', ''])('may not be %p', (name) => {
    expect(linesOf(shopWith('a.b:', `    time_zone: "${name}"\n`))).toEqual([
      expect.stringMatching(
        /time_zone: found .*; allowed: the IANA name of a time zone, such as Europe\/Berlin or UTC$/,
      ),
    ]);
  });
});
