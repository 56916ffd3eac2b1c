import { type PolicyDocument, policyDocument, type Statement } from '../policy.ts';

/** The condition block of a statement: operator, condition key, values. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a role may do, or may never do, with the reason that docs/security.md shows. */
export interface Grant {
  readonly sid: string;
  /** `Allow` when left out. */
  readonly effect?: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** ARNs, or CloudFormation's functions that give one. */
  readonly resources: readonly unknown[];
  readonly conditions?: Conditions;
  /** The resources in words. */
  readonly on: string;
  readonly why: string;
  /** Why a resource is a pattern instead of one ARN; there exactly when one is. */
  readonly wildcard?: string;
}

export function policyOf(grants: readonly Grant[]): PolicyDocument {
  return policyDocument(...grants.map(statementOf));
}

function statementOf({ sid, effect = 'Allow', actions, resources, conditions }: Grant): Statement {
  return {
    Sid: sid,
    Effect: effect,
    Action: actions,
    Resource: resources,
    ...(conditions !== undefined && { Condition: conditions }),
  };
}
