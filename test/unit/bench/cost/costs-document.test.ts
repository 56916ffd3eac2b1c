import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { costSections } from '../../../../bench/cost/cost-sections.ts';
import { drift } from '../../../../bench/cost/drift.ts';
import { LIST_PRICES, READ_ON } from '../../../../bench/cost/list-prices.ts';
import { PEERS } from '../../../../bench/cost/peers.ts';
import { withRates } from '../../../../bench/cost/rates-file.ts';
import { landfallMonthUsd, WORKLOADS } from '../../../../bench/cost/workload.ts';
import { withSections } from '../../../../bench/result/marked-sections.ts';
import { DEFAULT_MEMORY_MB } from '../../../../shared/core/cost.ts';
import { MEASURED_RATES, type MeasuredRates } from '../../../../shared/core/measured-rates.ts';

const RATES_PATH = 'shared/core/measured-rates.ts';

describe('docs/costs.md', () => {
  const document = readFileSync('docs/costs.md', 'utf8');

  it('has the numbers of the model; npm run bench:cost writes them', () => {
    expect(withSections(document, costSections(MEASURED_RATES))).toBe(document);
  });

  it('says when prices were looked up, and marks those that nobody confirms', () => {
    const day = new Date(`${READ_ON}T00:00:00Z`);
    const text = day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
    expect(document).toContain(text);
    const unconfirmed = Object.values(LIST_PRICES).filter(({ isConfirmed }) => !isConfirmed).length;
    expect(document.split('not confirmed: ')).toHaveLength(unconfirmed + 1);
  });
});

describe('marked sections', () => {
  it('are replaced, and nothing else is', () => {
    const text = 'a\n<!-- x -->\nold\n<!-- /x -->\nb\n';
    const once = withSections(text, new Map([['x', 'new $& one']]));
    expect(once).toBe('a\n<!-- x -->\n\nnew $& one\n\n<!-- /x -->\nb\n');
    expect(withSections(once, new Map([['x', 'new $& one']]))).toBe(once);
    expect(() => withSections(text, new Map([['y', 'new']]))).toThrow('<!-- y -->');
    expect(() => withSections('<!-- /x --> <!-- x -->', new Map([['x', 'new']]))).toThrow('<!-- x -->');
  });
});

describe('shared/core/measured-rates.ts', () => {
  it('is what bench:cost writes', () => {
    const text = readFileSync(RATES_PATH, 'utf8');
    expect(withRates(text, MEASURED_RATES)).toBe(text);
    expect(() => withRates('nothing', MEASURED_RATES)).toThrow('MEASURED_RATES');
  });
});

describe('the drift of the constants', () => {
  const changed = (factor: number): MeasuredRates => {
    const rate = MEASURED_RATES.rates.mssql['csv/gzip'];
    const csv = {
      ...rate,
      cpuMicrosPerRow: rate.cpuMicrosPerRow * factor,
      cpuNanosPerByte: rate.cpuNanosPerByte * factor,
    };
    return {
      ...MEASURED_RATES,
      rates: { ...MEASURED_RATES.rates, mssql: { ...MEASURED_RATES.rates.mssql, 'csv/gzip': csv } },
    };
  };

  it('is told beyond 20 %', () => {
    expect(drift(MEASURED_RATES, changed(1.19))).toEqual([]);
    expect(drift(MEASURED_RATES, changed(0.7)).map((line) => line.split(',')[0])).toEqual(
      Array.from({ length: 3 }, () => 'mssql to csv'),
    );
    expect(drift(MEASURED_RATES, { ...MEASURED_RATES, peakRssMb: MEASURED_RATES.peakRssMb * 2 })).toEqual([
      expect.stringContaining('peak RSS'),
    ]);
  });
});

describe('the comparison', () => {
  const [large, small] = WORKLOADS;
  const peer = (name: string) => PEERS.find((each) => each.name.startsWith(name))!;

  it('bills a minute for every task and job', () => {
    const fargate = peer('Fargate, a task').monthUsd(small!, MEASURED_RATES);
    expect(fargate).toBeCloseTo((30 * 50 * (0.03238 + 2 * 0.00356)) / 60, 9);
    const spark = peer('Glue Spark (2 DPU), a job for each').monthUsd(large!, MEASURED_RATES);
    expect(spark).toBeGreaterThanOrEqual((30 * 1_000 * 2 * 0.44) / 60);
  });

  it('bills what is always there for all hours, whatever it does', () => {
    expect(peer('DMS, one instance').monthUsd(small!, MEASURED_RATES)).toBeCloseTo(730 * 0.0745, 9);
    const serverless = peer('DMS Serverless');
    expect(serverless.monthUsd(small!, MEASURED_RATES)).toBe(serverless.monthUsd(large!, MEASURED_RATES));
  });

  it('bills Landfall for what it does', () => {
    const usd = WORKLOADS.map((each) => landfallMonthUsd(each, DEFAULT_MEMORY_MB, MEASURED_RATES));
    expect(usd[0]! / usd[1]!).toBeGreaterThan(20);
    const half = { ...large!, tables: large!.tables / 2 };
    expect(landfallMonthUsd(half, DEFAULT_MEMORY_MB, MEASURED_RATES)).toBeCloseTo(usd[0]! / 2, 9);
  });
});
