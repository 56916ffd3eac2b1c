import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { DEPLOY } from '../../support/source-config.ts';
import { FILE, invalidConfig, linesOf, shopWith } from './config-text.ts';

const tablesOf = (text: string) => parseConfig(text, FILE).sources.get('shop')!.tables;

describe('a sound configuration', () => {
  it('has every default filled in', () => {
    const config = parseConfig(shopWith('public.orders: {}'), FILE);
    expect(config).toEqual({
      target: { bucket: 'acme-data-lake', prefix: '' },
      alerts: undefined,
      deploy: DEPLOY,
      sources: new Map([
        [
          'shop',
          {
            name: 'shop',
            dialect: 'postgres',
            secret: 'env:SHOP_DB',
            host: undefined,
            port: undefined,
            database: undefined,
            ssl: { mode: 'verify-full', ca: undefined },
            isolation: 'auto',
            readOnlyIntent: false,
            schedule: undefined,
            timeZone: 'UTC',
            maxConcurrency: 4,
            memoryMb: 1_769,
            ephemeralStorageMb: 512,
            stallTimeoutMs: 300_000,
            maxValueBytes: 67_108_864,
            tables: new Map([
              [
                'public.orders',
                {
                  name: 'public.orders',
                  schema: 'public',
                  table: 'orders',
                  sql: undefined,
                  select: [],
                  where: undefined,
                  primaryKey: [],
                  mode: 'full-refresh',
                  updateKey: undefined,
                  lag: undefined,
                  lookback: undefined,
                  nulls: 'include-once',
                  fullRefreshEveryMs: undefined,
                  keepRuns: undefined,
                  schemaContract: 'evolve',
                  format: 'parquet',
                  compression: 'zstd',
                  object: '{source}/{schema}/{table}/run_id={run_id}/',
                  onEmpty: 'skip',
                  fileMaxBytes: 268_435_456,
                  fileMaxRows: undefined,
                  chunks: undefined,
                  overlap: 'skip',
                  dueWithinMs: undefined,
                  temporal: 'micros',
                  disabled: false,
                  tags: [],
                },
              ],
            ]),
          },
        ],
      ]),
    });
  });

  it('is read as JSON and as YAML alike, with a byte order mark and Windows line ends too', () => {
    const yaml = shopWith('public.orders:\n  format: csv');
    const expected = parseConfig(yaml, FILE);
    const json = {
      version: 1,
      target: { bucket: 'acme-data-lake' },
      sources: {
        shop: { dialect: 'postgres', secret: 'env:SHOP_DB', tables: { 'public.orders': { format: 'csv' } } },
      },
    };
    expect(parseConfig(JSON.stringify(json), FILE)).toEqual(expected);
    expect(parseConfig(JSON.stringify(json, null, '\t'), FILE)).toEqual(expected);
    expect(parseConfig(`\uFEFF${yaml.replaceAll('\n', '\r\n')}`, FILE)).toEqual(expected);
  });

  it('keeps every setting of a source', () => {
    const lines = [
      'host: db.example.com',
      'port: 6432',
      'database: shop_live',
      'ssl: { ca: ./rds.pem }',
      'schedule: cron(0 3 * * ? *)',
      'max_concurrency: 2',
      'stall_timeout: 2 m',
      'max_value_bytes: 1GiB',
    ];
    const text = shopWith('public.orders:', `${lines.map((line) => `    ${line}\n`).join('')}`);
    expect(parseConfig(text, FILE).sources.get('shop')).toMatchObject({
      host: 'db.example.com',
      port: 6432,
      database: 'shop_live',
      ssl: { mode: 'verify-full', ca: './rds.pem' },
      schedule: 'cron(0 3 * * ? *)',
      maxConcurrency: 2,
      stallTimeoutMs: 120_000,
      maxValueBytes: 1_073_741_824,
    });
  });

  it('keeps every setting of a table', () => {
    const settings =
      '{select: [-a, "-b c"], where: " x > 1 ", primary_key: [id, line], mode: incremental, update_key: "changed at", format: jsonl, compression: gzip, ' +
      'lag: 36h, lookback: 2d, nulls: skip, full_refresh_every: 7d, schema_contract: freeze, ' +
      'object: "x/{table}", on_empty: write, file_max_bytes: 64MiB, file_max_rows: 5000, chunk_count: 7, overlap: queue, disabled: true, tags: [t]}';
    expect(tablesOf(shopWith(`public.orders: ${settings}`)).get('public.orders')).toEqual({
      name: 'public.orders',
      schema: 'public',
      table: 'orders',
      sql: undefined,
      select: ['-a', '-b c'],
      where: 'x > 1',
      primaryKey: ['id', 'line'],
      mode: 'incremental',
      updateKey: 'changed at',
      lag: { ms: 129_600_000 },
      lookback: { ms: 172_800_000 },
      nulls: 'skip',
      fullRefreshEveryMs: 604_800_000,
      keepRuns: undefined,
      schemaContract: 'freeze',
      format: 'jsonl',
      compression: 'gzip',
      object: 'x/{table}/',
      onEmpty: 'write',
      fileMaxBytes: 67_108_864,
      fileMaxRows: 5000,
      chunks: { count: 7 },
      overlap: 'queue',
      dueWithinMs: undefined,
      temporal: 'micros',
      disabled: true,
      tags: ['t'],
    });
  });

  it('keeps disabled tables, takes one column as a primary key, and nothing as no settings', () => {
    const tables = tablesOf(shopWith('public.a:\n  disabled: true\npublic.b: { primary_key: id }\npublic.c:'));
    expect([...tables.keys()]).toEqual(['public.a', 'public.b', 'public.c']);
    expect(tables.get('public.a')?.disabled).toBe(true);
    expect(tables.get('public.b')?.primaryKey).toEqual(['id']);
  });

  it('compresses parquet with zstd and text not at all unless told to', () => {
    const tables = tablesOf(
      shopWith('a.p: {}\na.c: {format: csv}\na.l: {format: jsonl, compression: zstd}\na.s: {compression: snappy}'),
    );
    expect([...tables.values()].map(({ compression }) => compression)).toEqual(['zstd', 'none', 'zstd', 'snappy']);
  });

  it('drops semicolons at the end of a query, however many', () => {
    const tables = tablesOf(
      shopWith('q:\n  sql: |\n    select \';\' as c\n    from t ; ;\n\n    ;\nr: {sql: " select 1"}'),
    );
    expect(tables.get('q')?.sql).toBe("select ';' as c\nfrom t");
    expect(tables.get('r')?.sql).toBe('select 1');
  });

  it.each([
    ['raw', 'raw/'],
    ['/raw/x/', 'raw/x/'],
    ['""', ''],
    ['/', ''],
    ['raw//', 'raw/'],
    ['Größe 1', 'Größe 1/'],
  ])('takes the prefix %s as %s', (given, expected) => {
    const text = shopWith('a.b:').replace('acme-data-lake', `acme-data-lake, prefix: ${given}`);
    expect(parseConfig(text, FILE).target.prefix).toBe(expected);
  });
});

describe('defaults of a source', () => {
  const defaults =
    '    defaults: {mode: full-refresh, format: csv, compression: gzip, object: "d/{table}/", on_empty: write, file_max_bytes: 1MiB, tags: [d]}\n';

  it('hold for every table that says nothing else', () => {
    const tables = tablesOf(shopWith('a.b:\na.c: {format: jsonl, tags: [own], object: "own/{table}/"}', defaults));
    expect(tables.get('a.b')).toMatchObject({
      format: 'csv',
      compression: 'gzip',
      object: 'd/{table}/',
      onEmpty: 'write',
      fileMaxBytes: 1_048_576,
      tags: ['d'],
    });
    expect(tables.get('a.c')).toMatchObject({
      format: 'jsonl',
      compression: 'gzip',
      tags: ['own'],
      object: 'own/{table}/',
    });
  });

  it('hold for the tables of an original file too', () => {
    const tables = tablesOf(shopWith('- {table_name: employee, sql_query: select 1}', defaults));
    expect(tables.get('employee')).toMatchObject({ format: 'csv', object: 'd/{table}/' });
  });

  it('may not set what belongs to one table', () => {
    expect(linesOf(shopWith('a.b:', '    defaults: {where: x}\n'))).toEqual([
      '7: sources.shop.defaults.where: found an unknown key; allowed: mode, lag, lookback, nulls, full_refresh_every, keep_runs, schema_contract, format, compression, object, on_empty, file_max_bytes, file_max_rows, chunk_count, chunk_size, overlap, due_within, temporal, tags',
    ]);
  });

  it('are where snappy is refused when a table inherits it, or the table when the table chose the format', () => {
    expect(linesOf(shopWith('a.b:\na.c:', '    defaults: {format: csv, compression: snappy}\n'))).toEqual([
      '7: sources.shop.defaults.compression: found compression snappy together with format csv; allowed: with csv: zstd, gzip, none; with parquet also snappy',
    ]);
    expect(linesOf(shopWith('a.b: {format: csv}\na.c:', '    defaults: {compression: snappy}\n'))).toEqual([
      '9: sources.shop.tables."a.b".format: found compression snappy together with format csv; allowed: with csv: zstd, gzip, none; with parquet also snappy',
    ]);
  });
});

describe('a wrong configuration', () => {
  it('reports every problem at once: file, line, path, what was found, what is allowed, what was meant', () => {
    const text = `version: 2
target: { bucket: My_Bucket }
sorces: {}
sources:
  shop:
    dialect: sqlserver
    secret: plain
    max_concurency: 3
    max_concurrency: 1
    tables:
      public.orders:
        format: parqet
        where: x > 1
        sql: select 1
      public.items: { object: "{source}/{tabel}/" }
  1st:
    dialect: postgres
    tables: {}
`;
    const error = invalidConfig(() => parseConfig(text, FILE));
    expect(error.name).toBe('ConfigError');
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.retry).toBe('permanent');
    expect(error.remedy).toBe('Correct these 12 places and run again.');
    expect(error.message.split('\n')).toEqual([
      'landfall.yaml:1: version: found 2; allowed: 1',
      expect.stringMatching(
        /^landfall\.yaml:2: target\.bucket: found "My_Bucket"; allowed: a bucket's name: 3 to 63 lower-case/,
      ),
      'landfall.yaml:3: sorces: found an unknown key; allowed: version, target, alerts, deploy, sources (did you mean "sources"?)',
      'landfall.yaml:6: sources.shop.dialect: found "sqlserver"; allowed: postgres, mssql (did you mean "mssql"?)',
      expect.stringMatching(/^landfall\.yaml:7: sources\.shop\.secret: found a value that is not shown here/),
      expect.stringMatching(
        /^landfall\.yaml:8: sources\.shop\.max_concurency: found an unknown key; allowed: dialect, .*\(did you mean "max_concurrency"\?\)$/,
      ),
      expect.stringMatching(
        /^landfall\.yaml:9: sources\.shop\.max_concurrency: found 1; allowed: a whole number from 2 to 1000.*AWS$/,
      ),
      'landfall.yaml:12: sources.shop.tables."public.orders".format: found "parqet"; allowed: parquet, csv, jsonl, json (did you mean "parquet"?)',
      'landfall.yaml:13: sources.shop.tables."public.orders".where: found where together with sql; allowed: one of them (put the where into the query)',
      'landfall.yaml:15: sources.shop.tables."public.items".object: found the unknown variable {tabel}; allowed: {source} {schema} {table} {run_id} {YYYY} {MM} {DD} {HH} (did you mean "{table}"?)',
      'landfall.yaml:16: sources.1st: found the name "1st"; allowed: up to 48 letters, digits, "-" and "_" that begin with a letter',
      expect.stringMatching(/^landfall\.yaml:16: sources\.1st\.secret: is missing; allowed: arn:aws:secretsmanager:/),
    ]);
    expect(error.problems[7]).toEqual({
      file: FILE,
      line: 12,
      column: 17,
      path: 'sources.shop.tables."public.orders".format',
      message: 'found "parqet"; allowed: parquet, csv, jsonl, json (did you mean "parquet"?)',
    });
  });

  it('is refused without sources', () => {
    const top = 'version: 1\ntarget: {bucket: abc}\n';
    expect(linesOf(top)).toEqual([
      '1: sources: is missing; allowed: a mapping from names to sources, with at least one source',
    ]);
    expect(linesOf(`${top}sources: {}\n`)).toEqual(['3: sources: found no sources; allowed: at least one']);
    expect(linesOf(`${top}sources:\n`)).toEqual([
      '3: sources: found nothing; allowed: a mapping from names to sources, with at least one source',
    ]);
  });

  it('may have no tables yet', () => {
    const text = shopWith('').replace('    tables:', '    tables: {}');
    expect(parseConfig(text, FILE).sources.get('shop')!.tables.size).toBe(0);
  });

  it('is refused without tables, of all other forms', () => {
    for (const tables of ['[]', '{Tables: []}', '5', '']) {
      const text = shopWith('').replace('    tables:', `    tables: ${tables}`);
      expect(linesOf(text).map((line) => line.split(';')[0])).toEqual([
        expect.stringMatching(/^7: sources\.shop\.tables(\.Tables)?: found (an empty list|5|nothing)$/),
      ]);
    }
  });

  it.each([
    [
      'mode',
      'full_refresh',
      'found "full_refresh"; allowed: full-refresh, incremental, change-tracking (did you mean "full-refresh"?)',
    ],
    ['compression', 'gzp', 'found "gzp"; allowed: zstd, gzip, snappy, none (did you mean "gzip"?)'],
    ['on_empty', 'true', 'found true; allowed: skip, write'],
    ['disabled', 'yes', 'found "yes"; allowed: true or false'],
    [
      'select',
      'id',
      'found "id"; allowed: a list of column names, such as [id, name], or of "-" and a name to leave columns out',
    ],
    [
      'select',
      '[a, -b]',
      'found columns with and without a leading "-"; allowed: columns to land, or columns to leave out',
    ],
    ['select', '["-"]', 'found "-" without a name; allowed: "-" and a column to leave out'],
    ['select', '[a, b, a]', 'found "a" twice; allowed: every column once'],
    ['primary_key', '[a, a]', 'found "a" twice; allowed: every column once'],
    ['primary_key', '7', 'found 7; allowed: a column name or a list of column names, such as [id]'],
    ['where', '" "', 'found " "; allowed: a condition in SQL, such as created_at >= current_date'],
    [
      'file_max_bytes',
      '1000',
      'found 1000; allowed: a whole number of bytes or a size such as 256MiB, from 64KiB to 64GiB',
    ],
    [
      'file_max_bytes',
      '256MB',
      'found "256MB"; allowed: a whole number of bytes or a size such as 256MiB, from 64KiB to 64GiB',
    ],
    [
      'file_max_bytes',
      '65GiB',
      'found "65GiB"; allowed: a whole number of bytes or a size such as 256MiB, from 64KiB to 64GiB',
    ],
    ['tags', 'daily', 'found "daily"; allowed: a list of words, such as [daily, finance]'],
    [
      'formt',
      'csv',
      expect.stringMatching(/^found an unknown key; allowed: sql, .*tags, disabled \(did you mean "format"\?\)$/),
    ],
  ])('is refused for %s: %s', (key, value, expected) => {
    const [problem, ...others] = linesOf(shopWith(`public.orders: {${key}: ${value}}`));
    expect(others).toEqual([]);
    expect(problem!.split(`"public.orders".${key}: `)[1]).toEqual(expected);
  });

  it('points into lists', () => {
    expect(linesOf(shopWith('a.b:\n  select:\n    - id\n    - 7'))).toEqual([
      expect.stringMatching(
        /^11: sources\.shop\.tables\."a\.b"\.select\[1\]: found 7; allowed: a list of column names/,
      ),
    ]);
  });

  it.each(['where', 'select'])('is refused for %s together with sql', (key) => {
    expect(linesOf(shopWith(`q: {sql: select 1, ${key}: ${key === 'select' ? '[a]' : 'a'}}`))).toEqual([
      `8: sources.shop.tables.q.${key}: found ${key} together with sql; allowed: one of them (put the ${key} into the query)`,
    ]);
  });

  it('is refused for a query of semicolons only', () => {
    expect(linesOf(shopWith('q: {sql: " ; ; "}'))).toEqual([
      expect.stringMatching(/q\.sql: found no query; allowed: a query/),
    ]);
  });
});
