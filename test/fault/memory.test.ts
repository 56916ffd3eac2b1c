import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duckRow } from '../support/duckdb.ts';
import { documentOf, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { watchedEnd } from '../support/peak-memory.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const ROWS = 3_000_000;
/** Without any table it is 190 MB: the modules, the emulated services and a heap that V8 has not given back yet. */
const MAX_RSS_MB: Readonly<Record<string, number>> = { parquet: 400, csv: 400 };

let server: TestPostgres;
let place: Workplace;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(
    `create unlogged table narrow as select n as id, n % 1000003 as value from generate_series(1, ${ROWS}) n;
     alter table narrow add primary key (id)`,
  );
  place = new Workplace();
  place.writeSecret(server);
});
afterAll(async () => {
  await server?.close();
  place?.remove();
});

/** Only Linux tells the peak of another process. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('the whole local process', () => {
  onLinux.each(Object.keys(MAX_RSS_MB))(
    `lands ${ROWS} narrow rows as %s in bounded memory`,
    async (format) => {
      place.writeConfig({ 'public.narrow': { format } });
      const { result, peakMb, seconds } = await watchedEnd(startLandfall(place.runWords('--json')));
      const [table] = documentOf(result).tables;
      process.stderr.write(`${format}: peak RSS ${peakMb.toFixed(0)} MB in ${seconds.toFixed(1)} s\n`);
      expect(table).toMatchObject({ status: 'landed', rows: ROWS });
      expect(
        await duckRow(`select count(*)::int as n, sum(value)::varchar as sum from '${place.pathOf(table!.parts[0]!)}'`),
      ).toEqual((await server.query('select count(*)::int as n, sum(value)::text as sum from narrow')).rows[0]);
      expect(peakMb).toBeGreaterThan(50);
      expect(peakMb).toBeLessThan(MAX_RSS_MB[format]!);
    },
    300_000,
  );
});
