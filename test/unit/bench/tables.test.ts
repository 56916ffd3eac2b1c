import { describe, expect, it } from '@jest/globals';
import { encodedRows, encodeTable } from '../../../bench/land/sources/encoded-rows.ts';
import { rowsOf, TABLES, tableNamed, unitRowsOf } from '../../../bench/land/tables.ts';
import { benchOptions } from '../../../bench/options.ts';
import { scaleOptions } from '../../../bench/scale/options.ts';

describe('the tables', () => {
  it.each(TABLES.map(({ name }) => [name]))('%s has a value or NULL for each column, always the same', (name) => {
    const table = tableNamed(name);
    for (const id of [1, 2, table.distinctRows]) {
      expect(table.valuesOf(id)).toHaveLength(table.columns.length);
      expect(table.valuesOf(id)).toEqual(table.valuesOf(id));
      expect(table.valuesOf(id)[0]).toBe(String(id));
    }
  });

  it('have fewer rows when these are large', () => {
    expect(rowsOf(tableNamed('orders'), 20_000)).toBe(20_000);
    expect(rowsOf(tableNamed('documents'), 20_000)).toBe(6);
    expect([unitRowsOf(tableNamed('documents')), unitRowsOf(tableNamed('orders'))]).toEqual([1_000, 1_000_000]);
    expect(rowsOf(tableNamed('documents'), 10)).toBe(1);
  });

  it('of the documents have values of more than 64 KiB', () => {
    const [, , content, attachment] = tableNamed('documents').valuesOf(1);
    expect(Buffer.byteLength(content!)).toBeGreaterThan(64 * 1024);
    expect(attachment!.length / 2).toBeGreaterThan(64 * 1024);
  });

  it('are made with any number of columns', () => {
    expect(tableNamed('columns_30').columns).toHaveLength(30);
    expect(tableNamed('columns_2').valuesOf(7)).not.toContain(null);
    expect(() => tableNamed('columns_1')).toThrow('There is no table "columns_1"; there are orders, narrow, wide');
  });
});

describe('rows that were encoded in advance', () => {
  const table = { ...tableNamed('narrow'), distinctRows: 5 };
  const encoded = encodeTable(table, 100);
  const sent = (count: number) => [...encodedRows(encoded, count)];

  it('are cut at the end of a row', () => {
    const [piece] = sent(3);
    expect(piece!.rows).toBe(3);
    expect(piece!.bytes).toEqual(encoded.pieces[0]!.bytes.subarray(0, (encoded.pieces[0]!.bytes.length / 5) * 3));
  });

  it('are no more than are asked for', () => {
    expect(encodeTable(table, 2).pieces[0]!.ends).toHaveLength(2);
  });

  it('begin again when there are no more', () => {
    expect(sent(12).map(({ rows }) => rows)).toEqual([5, 5, 2]);
  });
});

describe('the options', () => {
  it('are a million rows in three rounds of everything when nothing is said', () => {
    const options = benchOptions([]);
    expect(options).toMatchObject({ rows: 1_000_000, rounds: 3, dialects: ['mssql', 'postgres'], profile: false });
    expect(options.subjectsNamed).toBe(false);
    expect(options.tables).toEqual(TABLES);
    expect(options.subjects[0]!.name).toBe('landfall-parquet');
  });

  it('choose', () => {
    const words = ['--rows', '5', '--only', 'postgres', '--table', 'narrow', '--subject', 'psql-copy'];
    const { rows, dialects, tables, subjects } = benchOptions(words);
    expect(benchOptions(words).subjectsNamed).toBe(true);
    expect({ rows, dialects, tables, subjects: subjects.map(({ name }) => name) }).toEqual({
      rows: 5,
      dialects: ['postgres'],
      tables: [tableNamed('narrow')],
      subjects: ['psql-copy'],
    });
  });

  it.each([
    [['--rows', '1.5'], '--rows is "1.5"; it must be a whole number of 1 or more.'],
    [['--only', 'oracle'], '--only is "oracle"; it must be mssql or postgres.'],
    [['--table', 'x'], 'There is no table "x"'],
    [['--subject', 'x'], 'There is no subject "x"; there are landfall-parquet'],
  ])('%j are refused with what is allowed', (words, message) => {
    expect(() => benchOptions(words)).toThrow(message);
  });

  it('of the scale series take sizes', () => {
    const { series, sizes } = scaleOptions(['--series', 'tables', '--tables', '10,20']);
    expect(series).toEqual(['tables']);
    expect(sizes.tables).toEqual([10, 20]);
    expect(scaleOptions(['--series', 'processors', '--landing-rows', '7'])).toMatchObject({
      series: ['processors'],
      landingRows: 7,
    });
    expect(() => scaleOptions(['--series', 'x'])).toThrow(
      'must be one of processors, rows, columns, tables, extractors',
    );
    expect(() => scaleOptions(['--rows', '1,x'])).toThrow('--rows is "x"');
  });
});
