import { type CollectedCall, requestsOf } from './actions-of.ts';
import { type AccessRequest, decide } from './evaluate.ts';
import type { TemplateResources } from './intrinsics.ts';
import { denialsOf, type OtherKeys, policiesOfRole, roleIdOf, worldOf } from './template-policies.ts';

export interface Template {
  readonly Resources: TemplateResources;
}

/** The calls among the lines of a function's log. */
export function callsIn(lines: readonly Readonly<Record<string, unknown>>[]): CollectedCall[] {
  return lines.filter(({ message }) => message === 'AWS call');
}

/**
 * One sentence for each permission that calls of a function need and its role does not give, or a policy of the bucket,
 * queue or topic refuses. The template may be a whole one, or one of roles and what they name.
 * @throws Error for a call, an operator or a function of CloudFormation that the evaluator does not know
 */
export function problemsOfCalls(
  calls: readonly CollectedCall[],
  functionKey: string,
  { Resources: resources }: Template,
  keys: OtherKeys = {},
): string[] {
  const policies = [...policiesOfRole(roleIdOf(functionKey, resources), resources), ...denialsOf(resources)];
  const world = worldOf(resources, keys);
  const problems = calls.flatMap((call) =>
    requestsOf(call, world).flatMap((request) => {
      const decision = decide(policies, request);
      return decision === 'allowed' ? [] : [`${functionKey}: ${decision} ${told(request)} for ${String(call.command)}`];
    }),
  );
  return [...new Set(problems)];
}

function told({ action, resource, context }: AccessRequest): string {
  const conditions = Object.entries(context).filter(([key, value]) => !key.startsWith('aws:') && value !== undefined);
  const where = conditions.map(([key, value]) => `${key}=${value}`).join(', ');
  return `${action} on ${resource}${where === '' ? '' : ` (${where})`}`;
}
