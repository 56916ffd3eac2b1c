import type { Template, TemplateResource } from '../stack-template.ts';

/** What a template has against a rule, one sentence each; empty when it keeps to it. */
export type StackRule = (template: Template) => string[];

// biome-ignore lint/suspicious/noExplicitAny: properties are JSON of any shape
export type Properties = Record<string, any>;

/** The bucket that osls keeps bundles in. */
export const DEPLOYMENT_BUCKET = 'ServerlessDeploymentBucket';

export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

/** The resources of one type, with their logical ids. */
export function ofType({ Resources }: Template, type: string): [string, Properties, TemplateResource][] {
  return Object.entries(Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => [id, resource.Properties ?? {}, resource]);
}

/** The logical id that a Ref or a GetAtt points to. */
export function targetOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('Ref' in value) return String(value.Ref);
  return 'Fn::GetAtt' in value ? String((value['Fn::GetAtt'] as unknown[])[0]) : undefined;
}

/** Statements of the policies of one type that belong to a resource, such as those of a queue. */
export function statementsOn(template: Template, type: string, list: string, id: string): PolicyStatement[] {
  return ofType(template, type)
    .filter(([, properties]) => listOf(properties[list]).some((value) => targetOf(value) === id))
    .flatMap(([, { PolicyDocument }]) => statementsOf(PolicyDocument));
}

export function statementsOf(document: { readonly Statement?: unknown } | undefined): PolicyStatement[] {
  return listOf(document?.Statement) as PolicyStatement[];
}

export function listOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function deniesWithoutTls(statements: readonly PolicyStatement[], action: string): boolean {
  return statements.some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Deny' &&
      Principal === '*' &&
      Action === action &&
      String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
  );
}

/** A key of the customer: the stack's own, or one given by its ARN. The keys of AWS have aliases. */
export function isCustomerKey(template: Template, value: unknown): boolean {
  if (typeof value === 'string') return /^arn:aws[a-z-]*:kms:.*:key\//.test(value);
  const id = targetOf(value);
  return id !== undefined && template.Resources[id]?.Type === 'AWS::KMS::Key';
}

/** The function that an event source mapping, a schedule or a setting names. */
export function functionOf(template: Template, value: unknown): Properties | undefined {
  const id = targetOf(value);
  const resource = id === undefined ? undefined : template.Resources[id];
  return resource?.Type === 'AWS::Lambda::Function' ? resource.Properties : undefined;
}
