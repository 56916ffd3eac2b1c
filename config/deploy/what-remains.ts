import type { Resources } from './stack-context.ts';

/** What a removed stack leaves behind, in the order of the template: `AWS::S3::Bucket acme-data-lake`. */
export function whatRemains(resources: Resources): string[] {
  return Object.entries(resources)
    .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
    .map(([id, { Type, Properties }]) => `${Type} ${nameOf(Properties) ?? id}`);
}

function nameOf(properties: Readonly<Record<string, unknown>> = {}): string | undefined {
  const name = Object.entries(properties).find(([key]) => /^(Bucket|Queue|Table|LogGroup|Topic)Name$/.test(key))?.[1];
  return typeof name === 'string' ? name : undefined;
}
