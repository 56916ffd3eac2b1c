import {
  type ChangedTable,
  decimalPlace,
  LAG,
  LAG_VALUES,
  momentPlace,
  momentText,
  ofDatabase,
  type UpdateKey,
  wholePlace,
} from './changed-table.ts';
import type { StateRule } from './state-rule.ts';

/** SQL Server orders the versions of a database by their bytes. */
const COLUMNS =
  'id bigint NOT NULL PRIMARY KEY, amount decimal(38,10) NULL, moment datetime2(7) NULL, note nvarchar(100) NULL';
const SOURCE_TEXTS = [
  'CONVERT(varchar(20), id)',
  'CONVERT(varchar(60), amount)',
  'CONVERT(varchar(40), moment, 121)',
  'note',
];
/** With `temporal: text`, moments land with all seven digits. */
const LAKE_TEXTS = ['id::varchar', 'amount::varchar', "replace(moment, 'T', ' ')", 'note'];

const VERSIONS: UpdateKey = {
  type: 'rowversion NOT NULL',
  keyFrom: 'database',
  keyText: ofDatabase,
  keyColumn: 'CONVERT(varchar(20), CAST(k AS bigint))',
  place: (text) => BigInt(text),
  source: 'CONVERT(varchar(20), CAST(k AS binary(8)), 2)',
  lake: 'hex(k)',
};
const MOMENTS: UpdateKey = {
  type: 'datetime2(7) NULL',
  keyFrom: 'clock',
  keyText: (atMs, chance) => momentText(atMs, chance, 7),
  keyColumn: 'CONVERT(varchar(40), k, 121)',
  place: momentPlace,
  source: 'CONVERT(varchar(40), k, 121)',
  lake: "regexp_replace(replace(k, 'T', ' '), '([+-]\\d\\d:\\d\\d)$', ' \\1')",
};
const OFFSETS: UpdateKey = {
  ...MOMENTS,
  type: 'datetimeoffset(7) NULL',
  keyText: (atMs, chance) => {
    const hours = chance.pick([-11, -5, 0, 3, 14]);
    const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
    return `${momentText(atMs + hours * 3_600_000, chance, 7)}${zone}`;
  },
};
const NUMBERS: UpdateKey = {
  type: 'decimal(38,10) NULL',
  keyFrom: 'counter',
  keyText: (value, chance) => `${value}.00000000${chance.between(10, 99)}`,
  keyColumn: 'CONVERT(varchar(60), k)',
  place: decimalPlace,
  source: 'CONVERT(varchar(60), k)',
  lake: 'k::varchar',
};
/** Change tracking has its own order, which no column tells. */
const TRACKED: UpdateKey = {
  type: undefined,
  keyFrom: 'database',
  keyText: ofDatabase,
  keyColumn: "'0'",
  place: wholePlace,
};

interface Choice extends Partial<Pick<ChangedTable, 'edits' | 'hasNullKeys'>> {
  readonly settings?: object;
  readonly rule?: Partial<StateRule>;
}

function table(schema: string, name: string, key: UpdateKey, choice: Choice = {}): ChangedTable {
  const { settings = {}, rule, hasNullKeys = false } = choice;
  const { type, source, lake, ...ordering } = key;
  const isTracked = type === undefined;
  const quoted = `[${schema}].[${name}]`;
  const mode = isTracked ? { mode: 'change-tracking' } : { mode: 'incremental', update_key: 'k' };
  const promised = isTracked ? 'tracked' : 'bound';
  return {
    ...ordering,
    name: `${schema}.${name}`,
    quoted,
    create: [
      `CREATE TABLE ${quoted} (${COLUMNS}${isTracked ? '' : `, k ${type}`})`,
      ...(isTracked ? [`ALTER TABLE ${quoted} ENABLE CHANGE_TRACKING`] : []),
    ],
    settings: { ...mode, temporal: 'text', ...settings },
    rule: { promised, nulls: 'include-once', isComplete: true, ...rule },
    hasNullKeys,
    truncates: 'continue',
    sourceColumns: [...SOURCE_TEXTS, ...(source === undefined ? [] : [source])],
    read: { id: 'id', columns: [...LAKE_TEXTS, ...(lake === undefined ? [] : [lake])], hasDeletes: isTracked },
    ...(choice.edits !== undefined && { edits: choice.edits }),
  };
}

/** Each kind of update key and change tracking, in one part and in several. */
export function mssqlTables(schema: string): ChangedTable[] {
  const of = (name: string, key: UpdateKey, choice?: Choice) => table(schema, name, key, choice);
  return [
    of('versions', VERSIONS),
    of('versions_in_chunks', VERSIONS, { settings: { chunk_count: 3 }, edits: { fileMaxRows: 4 } }),
    of('moments', MOMENTS, { settings: { lag: LAG }, edits: { fileMaxRows: 5 } }),
    of('offsets', OFFSETS, {
      settings: { lag: LAG, nulls: 'skip', full_refresh_every: '1h' },
      hasNullKeys: true,
      rule: { nulls: 'skip' },
    }),
    of('numbers', NUMBERS, { settings: { lag: LAG_VALUES }, hasNullKeys: true, rule: { isComplete: false } }),
    of('numbers_again', NUMBERS, { settings: { lookback: LAG_VALUES }, rule: { promised: 'next-run' } }),
    of('tracked', TRACKED),
    of('tracked_in_parts', TRACKED, { edits: { fileMaxRows: 4 } }),
    of('tracked_in_chunks', TRACKED, { settings: { chunk_count: 2, full_refresh_every: '2h' } }),
  ];
}
