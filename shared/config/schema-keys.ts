import type * as z from 'zod';
import type { ConfigPath } from './path.ts';

/** The keys that a schema allows at a path, for the messages about unknown ones. */
export function schemaKeys(schema: z.core.$ZodType, path: ConfigPath): string[] {
  let level = alternatives(schema);
  for (const step of path) level = level.flatMap((each) => child(each, step)).flatMap(alternatives);
  return level.flatMap((each) => (each._zod.def.type === 'object' ? Object.keys(shapeOf(each)) : []));
}

function alternatives(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod;
  if (def.type === 'union') return (def as z.core.$ZodUnionDef).options.flatMap((each) => alternatives(each));
  if (def.type === 'optional' || def.type === 'nullable') {
    return alternatives((def as z.core.$ZodOptionalDef | z.core.$ZodNullableDef).innerType);
  }
  return [schema];
}

function child(schema: z.core.$ZodType, step: string | number): z.core.$ZodType[] {
  const { def } = schema._zod;
  if (def.type === 'array') return typeof step === 'number' ? [(def as z.core.$ZodArrayDef).element] : [];
  if (typeof step === 'number') return [];
  if (def.type === 'record') return [(def as z.core.$ZodRecordDef).valueType];
  const inner = def.type === 'object' ? shapeOf(schema)[step] : undefined;
  return inner === undefined ? [] : [inner];
}

function shapeOf(schema: z.core.$ZodType): Record<string, z.core.$ZodType> {
  return (schema._zod.def as z.core.$ZodObjectDef).shape as Record<string, z.core.$ZodType>;
}
