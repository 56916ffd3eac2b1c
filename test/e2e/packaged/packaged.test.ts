import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { callsIn, problemsOfCalls } from '../../support/iam/problems-of-calls.ts';
import { Deployment, INVOICES, ORDERS, PART_ROWS } from './deployment.ts';

let deployment: Deployment;
let runId: string;

beforeAll(async () => {
  // Main file of an aws-lambda-ric with its native addon, to see that it is the same with that.
  deployment = await Deployment.make(process.env.LANDFALL_TEST_RIC);
});
afterAll(async () => await deployment?.close());

const SOURCES = ['shop', 'erp'] as const;
const FAILING = { shop: 'sales.payroll', erp: 'dbo.Salaries' } as const;

/** The lines of a function's log, all of which are JSON. */
const logOf = (functionKey: string) =>
  deployment.fleet.functionOf(functionKey).lines.map((line) => JSON.parse(line) as Record<string, unknown>);

const ORDER_COLUMNS = 'id, name, note';

/** Row by row, as thousands of equal ones help nobody who reads a failure. */
async function expectLanded(source: 'shop' | 'erp', table: string, columns = '', ofRun = runId): Promise<void> {
  const [landed, rows] = await Promise.all([
    deployment.landed(source, ofRun, table),
    source === 'shop' ? deployment.shopRows(`${columns} from ${table}`) : deployment.erpRows(table),
  ]);
  const different = rows.findIndex((row, at) => JSON.stringify(row) !== JSON.stringify(landed[at]));
  expect([table, different, landed[different]]).toEqual([table, -1, rows[different]]);
  expect([table, landed.length]).toEqual([table, rows.length]);
}

describe('the packaged functions', () => {
  it('start a run of each source when its schedule calls', async () => {
    const [shop, erp] = await Promise.all(SOURCES.map((source) => deployment.schedule(source)));
    expect([shop, erp]).toMatchObject([
      { source: 'shop', sent: 4 },
      { source: 'erp', sent: 4 },
    ]);
    runId = (shop as { runId: string }).runId;
    expect(new Date(runId.replace(/^(.{4})(..)(.{5})(..)(..Z)$/, '$1-$2-$3:$4:$5'))).toEqual(
      new Date(deployment.scheduledTime),
    );
  });

  it('land every table as the database has it, but for the one of each that fails for good', async () => {
    for (const source of SOURCES) deployment.fleet.startMapping(source);
    await Promise.all(SOURCES.map((source) => deployment.fleet.drained(source)));
    await expectLanded('shop', 'sales.orders', ORDER_COLUMNS);
    await expectLanded('shop', 'sales.customers', 'id, name, balance, since::text, active');
    await expectLanded('erp', 'dbo.Invoices');
    await expectLanded('erp', 'dbo.Rates');
    const parts = async (source: string, table: string) =>
      (await deployment.manifest(source, runId, table))?.parts.map(({ rows }) => rows);
    expect(await parts('shop', 'sales.orders')).toHaveLength(ORDERS / PART_ROWS + 1);
    expect(await parts('erp', 'dbo.Invoices')).toEqual([2_000, 2_000, INVOICES - 4_000]);
    expect(await deployment.manifest('shop', runId, 'sales.waitlist')).toMatchObject({ status: 'empty', parts: [] });
    expect(await deployment.manifest('erp', runId, 'dbo.Drafts')).toMatchObject({
      status: 'empty',
      parts: [{ rows: 0 }],
    });
  });

  it('keep within the concurrency of the mapping', () => {
    const peaks = SOURCES.map((source) => deployment.fleet.extractorOf(source).peakConcurrency);
    expect(Math.min(...peaks)).toBeGreaterThan(1);
    expect(peaks[0]).toBeLessThanOrEqual(3);
    expect(peaks[1]).toBeLessThanOrEqual(2);
  });

  it.each(SOURCES)('make a dead letter of the table of %s that failed, and send one email', async (source) => {
    const table = FAILING[source];
    expect(await deployment.letters(source)).toEqual([
      {
        body: { version: 1, source, run_id: runId, table, chunk: 0, sequence: 0 },
        attributes: {
          error_code: 'PERMISSION_DENIED',
          error_message: expect.stringContaining('permission'),
          run_id: runId,
          source,
          table,
          attempts: '1',
        },
      },
    ]);
    expect(await deployment.manifest(source, runId, table)).toBeUndefined();
    const about = (await deployment.mails()).filter(({ subject }) => subject.includes(table));
    expect(about.map(({ subject }) => subject)).toEqual([
      `Landfall: ${source} ${table} did not land (PERMISSION_DENIED)`,
    ]);
    expect(about[0]!.body).toContain('npx landfall replay --stage prod');
    expect(about[0]!.body).toContain(`/aws/lambda/landfall-prod-extractor-${source}`);
  });

  it('tell of what is overdue when the watchdog is called', async () => {
    const told = await deployment.watch();
    expect(told).toEqual(SOURCES.map((source) => ({ source, run_id: runId, tables: [FAILING[source]] })));
    expect(await deployment.mails()).toHaveLength(4);
  });

  it('show what a replay would send, and send nothing', async () => {
    const plan = await deployment.replay({ all: true, dry_run: true });
    expect(plan).toMatchObject({
      dry_run: true,
      sources: SOURCES.map((source) => ({
        source,
        replayed: [{ table: FAILING[source], run_id: runId, error_code: 'PERMISSION_DENIED' }],
        complete: true,
      })),
    });
    for (const source of SOURCES) expect(await deployment.letters(source)).toHaveLength(1);
  });

  it('land the rest by a replay, once the cause is removed', async () => {
    await deployment.allowFailing();
    const replayed = await deployment.replay({ all: true });
    expect(replayed).toMatchObject({ sources: SOURCES.map((source) => ({ source, replayed: [{}], waiting: 0 })) });
    await Promise.all(SOURCES.map((source) => deployment.fleet.drained(source)));
    await expectLanded('shop', 'sales.payroll', 'id, amount');
    await expectLanded('erp', 'dbo.Salaries');
    for (const source of SOURCES) expect(await deployment.letters(source)).toEqual([]);
    expect(await deployment.watch()).toEqual([]);
    expect(await deployment.newMails()).toEqual([]);
  });

  it('land a table exactly once although its environments are killed in the middle', async () => {
    const { s3 } = deployment.fleet;
    const extractor = deployment.fleet.extractorOf('shop');
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    const secondPart = { operation: 'PutObject', key: /\/orders\/.*part-000-00001/ } as const;
    const held = s3.endpoint.faults.add({ match: secondPart, action: { kind: 'hold', until } });
    const laterRun = await deployment.scheduleLater('shop', ['sales.orders']);
    await eventually(
      () => held.hits > 0,
      () => 'the upload of the second part',
    );
    expect(extractor.killBusy()).toBeGreaterThan(0);
    release();
    await deployment.fleet.redeliver('shop');
    await deployment.fleet.drained('shop');
    await expectLanded('shop', 'sales.orders', ORDER_COLUMNS, laterRun);
    const ofRun = logOf('extractorShop').filter(({ run_id: id }) => id === laterRun);
    expect(ofRun.filter(({ message }) => message === 'Table landed')).toHaveLength(1);
    expect(ofRun.filter(({ attempt }) => attempt === 2)).not.toEqual([]);
    expect(await deployment.letters('shop')).toEqual([]);
  });
});

describe('the log of the packaged functions', () => {
  it('is JSON throughout and shows no secret', () => {
    for (const key of deployment.fleet.functionKeys) {
      expect([key, logOf(key).length > 0]).toEqual([key, true]);
      const text = deployment.fleet.functionOf(key).lines.join('\n');
      for (const secret of deployment.passwords) expect([key, text.includes(secret)]).toEqual([key, false]);
    }
  });

  it('has no call of AWS that the role of the function would not allow', () => {
    const { fleet } = deployment;
    for (const key of fleet.functionKeys) {
      const calls = [...callsIn(logOf(key)), ...fleet.callsOfPoller(key)];
      expect([key, calls.length > 0]).toEqual([key, true]);
      expect(problemsOfCalls(calls, key, fleet.template)).toEqual([]);
    }
  });

  it('has calls that the role of another source would not allow', () => {
    const problems = problemsOfCalls(callsIn(logOf('extractorShop')), 'extractorErp', deployment.fleet.template);
    const refused = new Set(problems.map((problem) => /(\w+:\w+) on/.exec(problem)?.[1]));
    const own = ['s3:GetObject', 's3:PutObject', 'secretsmanager:GetSecretValue', 'sqs:SendMessage'];
    expect([...refused]).toEqual(expect.arrayContaining(own));
  });
});
