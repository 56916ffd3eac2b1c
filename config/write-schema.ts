import { writeFile } from 'node:fs/promises';
import { configJsonSchema } from '../shared/config/json-schema.ts';

await writeFile(new URL('landfall.schema.json', import.meta.url), configJsonSchema());
