import type { Catalog, TableColumn, TableDefinition } from './catalog.ts';
import { typeOf } from './type-names.ts';

const OBJECT =
  'name sysname!, object_id int!, principal_id int, schema_id int!, parent_object_id int!, type char(2)!, type_desc nvarchar(60), create_date datetime!, modify_date datetime!, is_ms_shipped bit!, is_published bit!, is_schema_published bit!';
const COLUMN =
  'object_id int!, name sysname, column_id int!, system_type_id tinyint!, user_type_id int!, max_length smallint!, precision tinyint!, scale tinyint!, collation_name sysname, is_nullable bit, is_ansi_padded bit!, is_rowguidcol bit!, is_identity bit!, is_computed bit!, is_filestream bit!, is_replicated bit, is_xml_document bit!, default_object_id int!, is_sparse bit, is_column_set bit, generated_always_type tinyint, is_hidden bit';

/** The catalog views with the columns that SQL Server 2022 has, in its order where they are all there; `!` is NOT NULL. */
const VIEWS: Readonly<Record<string, string>> = {
  'sys.schemas': 'name sysname!, schema_id int!, principal_id int',
  'sys.objects': OBJECT,
  'sys.all_objects': OBJECT,
  'sys.tables': `${OBJECT}, lob_data_space_id int!, max_column_id_used int!, lock_on_bulk_load bit!, is_memory_optimized bit, temporal_type tinyint, is_external bit!`,
  'sys.views': `${OBJECT}, with_check_option bit!, is_date_correlation_view bit!`,
  'sys.columns': COLUMN,
  'sys.all_columns': COLUMN,
  'sys.computed_columns': `${COLUMN}, definition nvarchar(max), uses_database_collation bit!, is_persisted bit!`,
  'sys.identity_columns': `${COLUMN}, seed_value sql_variant, increment_value sql_variant, last_value sql_variant, is_not_for_replication bit`,
  'sys.types':
    'name sysname!, system_type_id tinyint!, user_type_id int!, schema_id int!, principal_id int, max_length smallint!, precision tinyint!, scale tinyint!, collation_name sysname, is_nullable bit, is_user_defined bit!, is_assembly_type bit!, default_object_id int!, rule_object_id int!, is_table_type bit!',
  'sys.indexes':
    'object_id int!, name sysname, index_id int!, type tinyint!, type_desc nvarchar(60), is_unique bit, data_space_id int, ignore_dup_key bit, is_primary_key bit, is_unique_constraint bit, fill_factor tinyint!, is_padded bit, is_disabled bit, is_hypothetical bit, allow_row_locks bit, allow_page_locks bit, has_filter bit, filter_definition nvarchar(max)',
  'sys.index_columns':
    'object_id int!, index_id int!, index_column_id int!, column_id int!, key_ordinal tinyint!, partition_ordinal tinyint!, is_descending_key bit, is_included_column bit',
  'sys.key_constraints': `${OBJECT}, unique_index_id int, is_system_named bit!, is_enforced bit`,
  'sys.partitions':
    'partition_id bigint!, object_id int!, index_id int!, partition_number int!, hobt_id bigint!, rows bigint, filestream_filegroup_id smallint!, data_compression tinyint!, data_compression_desc nvarchar(60)',
  'sys.allocation_units':
    'allocation_unit_id bigint!, type tinyint!, type_desc nvarchar(60), container_id bigint!, data_space_id int, total_pages bigint!, used_pages bigint!, data_pages bigint!',
  'sys.dm_db_partition_stats':
    'partition_id bigint!, object_id int!, index_id int!, partition_number int!, in_row_data_page_count bigint!, in_row_used_page_count bigint!, in_row_reserved_page_count bigint!, lob_used_page_count bigint!, lob_reserved_page_count bigint!, row_overflow_used_page_count bigint!, row_overflow_reserved_page_count bigint!, used_page_count bigint!, reserved_page_count bigint!, row_count bigint!',
  'sys.databases':
    'name sysname!, database_id int!, source_database_id int, create_date datetime!, compatibility_level tinyint!, collation_name sysname, user_access tinyint, is_read_only bit, state tinyint, state_desc nvarchar(60), snapshot_isolation_state tinyint, snapshot_isolation_state_desc nvarchar(60), is_read_committed_snapshot_on bit, recovery_model tinyint, recovery_model_desc nvarchar(60)',
  'sys.change_tracking_tables':
    'object_id int!, is_track_columns_updated_on bit!, min_valid_version bigint, begin_version bigint, cleanup_version bigint',
  'sys.change_tracking_databases':
    'database_id int!, is_auto_cleanup_on tinyint, retention_period int, retention_period_units tinyint, retention_period_units_desc nvarchar(60), max_cleanup_version bigint',
  'sys.internal_tables': `${OBJECT}, internal_type tinyint, internal_type_desc nvarchar(60), parent_id int, parent_minor_id int, lob_data_space_id int!, filestream_data_space_id int`,
  'sys.extended_properties':
    'class tinyint!, class_desc nvarchar(60), major_id int!, minor_id int!, name sysname!, value sql_variant',
  'INFORMATION_SCHEMA.TABLES':
    'TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname!, TABLE_TYPE varchar(10)',
  'INFORMATION_SCHEMA.COLUMNS':
    'TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128)!, COLUMN_NAME nvarchar(128), ORDINAL_POSITION int!, COLUMN_DEFAULT nvarchar(4000), IS_NULLABLE varchar(3), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, NUMERIC_PRECISION tinyint, NUMERIC_PRECISION_RADIX smallint, NUMERIC_SCALE int, DATETIME_PRECISION smallint, COLLATION_NAME nvarchar(128)',
  'INFORMATION_SCHEMA.TABLE_CONSTRAINTS':
    'CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname!, TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), CONSTRAINT_TYPE varchar(11)',
  'INFORMATION_SCHEMA.KEY_COLUMN_USAGE':
    'CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME nvarchar(128)!, TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128), ORDINAL_POSITION int!',
};

const COLUMN_SHAPE = /^(\w+) (\w+)(?:\((\w+)\))?(!)?$/;

/** The catalog views as tables without rows. */
export function systemTables(catalog: Catalog): TableDefinition[] {
  return Object.entries(VIEWS).map(([name, columns], place) => {
    const [schema = '', table = ''] = name.split('.');
    return {
      schema,
      name: table,
      objectId: -(place + 1),
      columns: columns.split(', ').map((text, i) => systemColumn(text, i + 1, catalog)),
      indexes: [],
      system: true,
    };
  });
}

function systemColumn(text: string, columnId: number, catalog: Catalog): TableColumn {
  const [, name = '', type = '', size, notNull] = COLUMN_SHAPE.exec(text)!;
  const sizes = size === undefined ? [] : [size === 'max' ? ('max' as const) : Number(size)];
  return {
    name,
    columnId,
    type: { ...typeOf(type, sizes), nullable: notNull === undefined },
    collation: catalog.state.collation,
  };
}
