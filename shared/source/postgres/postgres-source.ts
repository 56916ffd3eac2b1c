import type { Schema } from 'apache-arrow';
import type pg from 'pg';
import type { Sequelize } from 'sequelize';
import { SourceError } from '../../core/errors.ts';
import { distinctNames, selectPositions } from '../column-names.ts';
import type { ColumnShape } from '../columns/column-builder.ts';
import { landedSchema } from '../columns/record-batches.ts';
import { OpenLeases } from '../open-leases.ts';
import { withDefaults } from '../read-limits.ts';
import type { Source, TableQuery, TableStream } from '../source.ts';
import { attempt } from '../waiting.ts';
import { columnNames, describeTypes, primaryKey } from './catalog.ts';
import { mappingFor, type TypeMapping } from './column-types.ts';
import { CopyDecoder } from './copy-decoder.ts';
import { asSourceError } from './errors.ts';
import { DEFAULT_LIMITS, type PostgresLimits, type PostgresSourceOptions } from './options.ts';
import { baseQuery, copyQuery, describeQuery, qualifiedName } from './query-text.ts';
import { type ReadSession, takeSession } from './read-session.ts';
import { openSequelize } from './sequelize-connection.ts';
import { type CopyPlan, PostgresTableStream } from './table-stream.ts';

const DEFAULT_APPLICATION_NAME = 'landfall';

/**
 * A PostgreSQL database (11 or newer). Sequelize connects and asks the catalog; rows come by binary COPY from one
 * read-only, repeatable-read snapshot and are decoded straight into Arrow.
 */
export function createPostgresSource(options: PostgresSourceOptions): Source {
  const limits = withDefaults(options, DEFAULT_LIMITS);
  const sequelize = openSequelize(options.connection, options.applicationName ?? DEFAULT_APPLICATION_NAME, limits);
  return new PostgresSource(sequelize, limits);
}

interface PlannedColumn extends ColumnShape {
  readonly position: number;
  readonly mapping: TypeMapping;
}

class PostgresSource implements Source {
  readonly #sequelize: Sequelize;
  readonly #limits: PostgresLimits;
  readonly #leases = new OpenLeases();

  constructor(sequelize: Sequelize, limits: PostgresLimits) {
    this.#sequelize = sequelize;
    this.#limits = limits;
  }

  async open(query: TableQuery, signal: AbortSignal): Promise<TableStream> {
    const where = `reading ${query.name}`;
    const either = this.#leases.signalFor(where, signal);
    const session = await takeSession({
      sequelize: this.#sequelize,
      limits: this.#limits,
      where,
      signal: either,
      asSourceError,
    });
    this.#leases.add(session);
    try {
      await session.begin();
      return new PostgresTableStream(await this.#plan(session, query), session, either);
    } catch (error) {
      await session.abandon();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#leases.close();
    await attempt(this.#sequelize.close(), this.#limits.cancelTimeoutMs);
  }

  async #plan(session: ReadSession, query: TableQuery): Promise<CopyPlan> {
    const ofTable = query.sql === undefined;
    const base = baseQuery(query, ofTable ? await selectedColumns(session, query) : undefined);
    const fields = await session.describe(describeQuery(base));
    const columns = await planColumns(session, query, fields);
    const key = ofTable ? await session.run(() => primaryKey(session.catalog, qualifiedName(query))) : [];
    const schema = landedSchema(columns);
    const selected = columns.map(({ position, mapping }) => ({ position, select: mapping.select }));
    return {
      schema,
      primaryKey: key.every((name) => columns.some((column) => column.name === name)) ? key : [],
      copySql: copyQuery(base, fields.length, selected),
      decoder: this.#decoder(schema, columns),
      stallTimeoutMs: this.#limits.stallTimeoutMs,
    };
  }

  /** Wide tables get fewer rows a batch, so that the buffers made in advance stay within the batch's size too. */
  #decoder(schema: Schema, columns: readonly PlannedColumn[]): CopyDecoder {
    const { batchRows, batchBytes, maxValueBytes } = this.#limits;
    const rowBytes = columns.reduce((sum, column) => sum + column.mapping.rowBytes, 0);
    const capacity = Math.max(1, Math.min(batchRows, Math.floor(batchBytes / rowBytes)));
    const builders = columns.map((column) => column.mapping.builder(column, capacity));
    return new CopyDecoder(schema, builders, { batchRows: capacity, batchBytes, maxValueBytes });
  }
}

/** Names of the columns to read of a whole table; undefined when all are wanted or the table is not there. */
async function selectedColumns(session: ReadSession, query: TableQuery): Promise<string[] | undefined> {
  if (query.select.length === 0) return undefined;
  const names = await session.run(() => columnNames(session.catalog, qualifiedName(query)));
  if (names.length === 0) return undefined;
  return selectPositions(names, query.select, query.name).map((position) => names[position]!);
}

async function planColumns(
  session: ReadSession,
  query: TableQuery,
  fields: readonly pg.FieldDef[],
): Promise<PlannedColumn[]> {
  if (fields.length === 0) {
    throw new SourceError('NO_COLUMNS', `Failed ${session.where}: it has no column.`, {
      retry: 'permanent',
      remedy: 'Name at least one column, or disable the table.',
    });
  }
  const names = distinctNames(fields.map((field) => field.name));
  const wanted = query.sql === undefined ? [] : query.select;
  const positions = selectPositions(names, wanted, query.name);
  const types = positions.map((i) => ({ oid: fields[i]!.dataTypeID, modifier: fields[i]!.dataTypeModifier }));
  const described = await session.run(() => describeTypes(session.catalog, types));
  return positions.map((position, i) => {
    const { isEnum, name: sourceType } = described[i]!;
    const mapping = mappingFor(types[i]!.oid, types[i]!.modifier, isEnum);
    return { position, mapping, name: names[position]!, type: mapping.type, sourceType };
  });
}
