import type { WireType } from '../../../tds/wire-types.ts';
import {
  apply,
  asText,
  BIGINT,
  type FunctionEmitter,
  type FunctionTable,
  INT,
  ofValues,
  SYSNAME,
} from './signature.ts';

/** Those that SQLite was given with the catalog behind them; `least` to `most` arguments. */
const known = (name: string, least: number, most: number, type: WireType): FunctionEmitter =>
  ofValues(least, most, (values) => apply(name, values, type));

/** With no argument, the one of the session. */
const database = (name: string, type: WireType): FunctionEmitter => known(name, 0, 1, type);

export const metadataFunctions: FunctionTable = {
  OBJECT_ID: ofValues(1, 2, (values) => apply('tds_object_id', values.map(asText), INT)),
  OBJECT_NAME: known('tds_object_name', 1, 2, SYSNAME),
  OBJECT_SCHEMA_NAME: known('tds_object_schema_name', 1, 2, SYSNAME),
  SCHEMA_ID: known('tds_schema_id', 0, 1, INT),
  SCHEMA_NAME: known('tds_schema_name', 0, 1, SYSNAME),
  TYPE_NAME: known('tds_type_name', 1, 1, SYSNAME),
  TYPE_ID: known('tds_type_id', 1, 1, INT),
  DB_ID: database('tds_db_id', { kind: 'smallint' }),
  DB_NAME: database('tds_db_name', SYSNAME),
  COL_NAME: known('tds_col_name', 2, 2, SYSNAME),
  COLUMNPROPERTY: known('tds_column_property', 3, 3, INT),
  OBJECTPROPERTY: known('tds_object_property', 2, 2, INT),
  CHANGE_TRACKING_MIN_VALID_VERSION: known('tds_min_valid_version', 1, 1, BIGINT),
  HAS_PERMS_BY_NAME: known('tds_has_perms', 3, 5, INT),
  HAS_DBACCESS: known('tds_has_access', 1, 1, INT),
};
