import type { WireType } from '../../tds/wire-types.ts';
import { parseBatch } from './parse-batch.ts';
import type { OutputColumn, QueryEmitter } from './place.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import { plainText, type Stored } from './stored-values.ts';
import type { Expression } from './syntax-tree.ts';
import type { Translation } from './translation.ts';
import { isText, typeName } from './type-names.ts';

const TEXT: WireType = { kind: 'nvarchar', length: 4000 };
const INT: WireType = { kind: 'int' };
const BIT: WireType = { kind: 'bit' };

/** Of sys.dm_exec_describe_first_result_set, those that tell something of a query here. */
export const RESULT_COLUMNS: readonly OutputColumn[] = [
  { name: 'is_hidden', type: BIT },
  { name: 'column_ordinal', type: INT },
  { name: 'name', type: TEXT },
  { name: 'is_nullable', type: BIT },
  { name: 'system_type_name', type: TEXT },
  { name: 'collation_name', type: TEXT },
  { name: 'error_number', type: INT },
  { name: 'error_severity', type: INT },
  { name: 'error_state', type: INT },
  { name: 'error_message', type: TEXT },
];

/** SELECTs of the columns that the SQL in a literal or a variable would give, or of the error that it would end with. */
export function describedResult(sql: Expression, translation: Translation, emit: QueryEmitter): string {
  const rows = rowsOf(textOf(sql, translation), translation, emit);
  const select = (row: readonly Stored[]): string =>
    row.map((value, i) => `${translation.bind(value, RESULT_COLUMNS[i]!.type).sql} AS c${i + 1}`).join(', ');
  if (rows.length === 0) return `SELECT ${select(RESULT_COLUMNS.map(() => null))} WHERE 0`;
  return rows.map((row) => `SELECT ${select(row)}`).join(' UNION ALL ');
}

function textOf(sql: Expression, { variables }: Translation): string {
  if (sql.kind === 'literal') return sql.text ?? '';
  const variable = sql.kind === 'variable' ? variables.get(sql.name.toLowerCase()) : undefined;
  if (variable === undefined) throw sqlError.syntax('(');
  return plainText(variable.type, variable.value);
}

function rowsOf(sql: string, translation: Translation, emit: QueryEmitter): Stored[][] {
  try {
    const [first] = parseBatch(sql);
    if (first?.kind !== 'query') return [];
    const { columns } = emit(first.query, undefined, 'result');
    return columns.map((column, i) => columnRow(column, i, translation));
  } catch (thrown) {
    if (!(thrown instanceof SqlServerError)) throw thrown;
    const { number, severity, state, message } = thrown;
    return [[null, 0n, null, null, null, null, BigInt(number), BigInt(severity), BigInt(state), message]];
  }
}

function columnRow({ name, type, collation }: OutputColumn, i: number, { catalog }: Translation): Stored[] {
  const collated = isText(type) && type.kind !== 'xml';
  const told = 'collation' in type ? type.collation : undefined;
  const collationName = told ?? (collation === 'BINARY' ? 'Latin1_General_BIN2' : catalog.state.collation);
  return [
    0n,
    BigInt(i + 1),
    name === '' ? null : name,
    type.nullable === false ? 0n : 1n,
    isClr(type) ? null : `${typeName(type)}${sizesOf(type)}`,
    collated ? collationName : null,
    null,
    null,
    null,
    null,
  ];
}

const isClr = ({ kind }: WireType): boolean => ['hierarchyid', 'geometry', 'geography'].includes(kind);

function sizesOf(type: WireType): string {
  if ('precision' in type) return `(${type.precision},${type.scale})`;
  if ('scale' in type) return `(${type.scale})`;
  return 'length' in type ? `(${type.length})` : '';
}
