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

const PAYLOAD = 'id bigint primary key, amount numeric(38,10), moment timestamptz, note text';
const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::numeric(30,0)::text`;
const SOURCE_TEXTS = ['id::text', 'amount::text', micros('moment'), 'note'];
const LAKE_TEXTS = ['id::varchar', 'amount::varchar', 'epoch_us(moment)::varchar', 'note'];

const KEPT: StateRule = { promised: 'bound', nulls: 'include-once', isComplete: true };

const VERSIONS: UpdateKey = {
  type: undefined,
  keyFrom: 'database',
  keyText: ofDatabase,
  keyColumn: 'xmin::text',
  place: wholePlace,
};
const COLUMN = { keyColumn: 'k::text', source: 'k::text', lake: 'k::varchar' };
const XID8: UpdateKey = { ...COLUMN, type: 'xid8', keyFrom: 'database', keyText: ofDatabase, place: wholePlace };
const SEQUENCE: UpdateKey = { ...COLUMN, type: 'bigint', keyFrom: 'database', keyText: ofDatabase, place: wholePlace };
const NUMBERS: UpdateKey = { ...COLUMN, type: 'bigint', keyFrom: 'counter', keyText: String, place: wholePlace };
const FRACTIONS: UpdateKey = {
  ...COLUMN,
  type: 'numeric(38,10)',
  keyFrom: 'counter',
  // More digits than a double has, of which the last decides.
  keyText: (value, chance) => `${value}.00000000${chance.between(10, 99)}`,
  place: decimalPlace,
};
const MOMENTS: UpdateKey = {
  type: 'timestamptz',
  keyFrom: 'clock',
  keyText: (atMs, chance) => `${momentText(atMs, chance, 6)}Z`,
  keyColumn: 'k::text',
  source: micros('k'),
  lake: 'epoch_us(k)::varchar',
  place: momentPlace,
};

interface Choice extends Partial<Pick<ChangedTable, 'edits' | 'hasNullKeys' | 'truncates'>> {
  readonly settings?: object;
  readonly rule?: Partial<StateRule>;
  /** What the trigger on inserts and updates does. */
  readonly touch?: string;
  readonly hasSequence?: boolean;
}

function table(name: string, key: UpdateKey, choice: Choice = {}): ChangedTable {
  const { settings = {}, rule, touch, hasSequence = false, hasNullKeys = false, truncates = 'continue' } = choice;
  const { type, source, lake, ...ordering } = key;
  const column = type === undefined ? '' : `, k ${type}`;
  return {
    ...ordering,
    name: `public.${name}`,
    quoted: `public.${name}`,
    create: [
      `create table ${name} (${PAYLOAD}${column})`,
      ...(hasSequence ? [`create sequence ${name}_k owned by ${name}.k`] : []),
      ...(touch === undefined ? [] : triggerSql(name, touch)),
    ],
    settings: { mode: 'incremental', update_key: type === undefined ? 'xmin' : 'k', ...settings },
    rule: { ...KEPT, ...rule },
    hasNullKeys,
    truncates,
    sourceColumns: [...SOURCE_TEXTS, ...(source === undefined ? [] : [source])],
    read: { id: 'id', columns: [...LAKE_TEXTS, ...(lake === undefined ? [] : [lake])], hasDeletes: false },
    ...(choice.edits !== undefined && { edits: choice.edits }),
  };
}

function triggerSql(name: string, touch: string): string[] {
  return [
    `create function ${name}_touch() returns trigger language plpgsql as $$ begin ${touch} return new; end $$`,
    `create trigger touch before insert or update on ${name} for each row execute function ${name}_touch()`,
  ];
}

/** Each kind of update key, and each way to land it, at least once. */
export const POSTGRES_TABLES: readonly ChangedTable[] = [
  table('versions', VERSIONS),
  table('versions_in_chunks', VERSIONS, { settings: { chunk_count: 3 }, edits: { fileMaxRows: 4 } }),
  table('versions_of_triggers', XID8, { touch: 'new.k := pg_current_xact_id();', edits: { fileMaxRows: 7 } }),
  table('drawn', SEQUENCE, {
    hasSequence: true,
    touch: "new.k := nextval('drawn_k');",
    settings: { lag: 'snapshot' },
  }),
  // Numbers that are drawn long before the transaction has an id.
  table('drawn_early', { ...SEQUENCE, keyFrom: 'sequence' }, { hasSequence: true, settings: { lag: 'snapshot' } }),
  table('drawn_anew', SEQUENCE, {
    hasSequence: true,
    touch: "new.k := nextval('drawn_anew_k');",
    settings: { lag: 'snapshot' },
    edits: { fileMaxRows: 4 },
    truncates: 'restart',
    rule: { promised: 'covered', isComplete: false },
  }),
  table('moments', MOMENTS, { settings: { lag: LAG } }),
  table('moments_refreshed', MOMENTS, {
    settings: { lag: LAG, full_refresh_every: '1h', chunk_count: 2, compression: 'snappy' },
    edits: { fileMaxRows: 5 },
  }),
  table(
    'local_moments',
    { ...MOMENTS, type: 'timestamp' },
    { settings: { lag: LAG, nulls: 'skip' }, hasNullKeys: true, rule: { nulls: 'skip' } },
  ),
  table(
    'wild_moments',
    { ...MOMENTS, keyFrom: 'wild-clock' },
    { settings: { lag: LAG, full_refresh_every: '2h' }, rule: { promised: 'covered', isComplete: false } },
  ),
  // Of numbers the last ones stay behind the lag until there are newer ones.
  table('numbers', NUMBERS, { settings: { lag: LAG_VALUES }, hasNullKeys: true, rule: { isComplete: false } }),
  table('fractions', FRACTIONS, {
    settings: { lag: LAG_VALUES },
    edits: { fileMaxRows: 6 },
    rule: { isComplete: false },
  }),
  table('numbers_again', NUMBERS, { settings: { lookback: LAG_VALUES }, rule: { promised: 'next-run' } }),
];
