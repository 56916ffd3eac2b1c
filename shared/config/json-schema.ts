import * as z from 'zod';
import { configSchema } from './schema.ts';

/**
 * The JSON Schema by which editors check and complete a configuration, as the text of its file.
 * Draft 7, because that is what YAML editors know best. Rules between keys are checked at loading only.
 */
export function configJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ $schema, $id: 'landfall.schema.json', ...schema }, null, 2)}\n`;
}
