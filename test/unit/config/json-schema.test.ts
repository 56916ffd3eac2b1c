import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { configJsonSchema } from '../../../shared/config/json-schema.ts';

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Record<string, SchemaNode>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly [key: string]: unknown;
}

const schema = JSON.parse(configJsonSchema()) as SchemaNode;

function childrenOf(node: SchemaNode): SchemaNode[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = node;
  const others = [additionalProperties, items].filter((child): child is SchemaNode => typeof child === 'object');
  return [...Object.values(properties), ...others, ...anyOf];
}

function everyNode(node: SchemaNode): SchemaNode[] {
  return [node, ...childrenOf(node).flatMap(everyNode)];
}

describe('config/landfall.schema.json', () => {
  it('is what the schema in the code says', async () => {
    const written = await readFile('config/landfall.schema.json', 'utf8');
    if (written !== configJsonSchema()) throw new Error('config/landfall.schema.json is stale: run "npm run schema".');
  });

  it('describes every key', () => {
    const undescribed = everyNode(schema).flatMap(({ properties = {} }) =>
      Object.entries(properties).flatMap(([key, child]) => ((child.description ?? '').length < 8 ? [key] : [])),
    );
    expect(undescribed).toEqual([]);
  });

  it('allows no key that the loader refuses', () => {
    const open = everyNode(schema).filter((node) => node.properties && node.additionalProperties !== false);
    expect(open).toEqual([]);
  });

  it('is of the draft that editors know, and named locally', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', $id: 'landfall.schema.json' });
    expect(schema.required).toEqual(['version', 'target', 'sources']);
  });

  it('has every key of the configuration', () => {
    const source = (schema.properties!.sources!.additionalProperties as SchemaNode).properties!;
    expect(Object.keys(schema.properties!)).toEqual(['version', 'target', 'alerts', 'deploy', 'sources']);
    expect(Object.keys(source)).toEqual(
      'dialect secret secret_kms_key host port database ssl isolation read_only_intent schedule time_zone max_concurrency memory ephemeral_storage stall_timeout max_value_bytes defaults tables'.split(
        ' ',
      ),
    );
    const map = source.tables!.anyOf!.find((branch) => branch.type === 'object' && branch.properties === undefined);
    const table = (map!.additionalProperties as SchemaNode).anyOf!.find((branch) => branch.type === 'object')!;
    expect(Object.keys(table.properties!).toSorted()).toEqual(
      'chunk_count chunk_size compression disabled due_within file_max_bytes file_max_rows format full_refresh_every keep_runs lag lookback mode nulls object on_empty overlap primary_key schema_contract select sql tags temporal update_key where'.split(
        ' ',
      ),
    );
  });
});
