import { type ConditionBlock, conditionsHold, type RequestContext } from './conditions.ts';
import { matchesAction, matchesArn } from './patterns.ts';

/** A statement as IAM gets it, without CloudFormation's functions. */
export interface PlainStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: ConditionBlock;
}

export interface PlainPolicy {
  readonly Version?: string;
  readonly Statement: readonly PlainStatement[];
}

/** One question to IAM. */
export interface AccessRequest {
  readonly action: string;
  /** ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  readonly context: RequestContext;
}

export type Decision = 'allowed' | 'denied' | 'not allowed';

const KNOWN_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]);

/**
 * What the policies say together: an explicit deny wins, and what nothing allows is not allowed.
 * @throws Error for an element, an operator or a variable that this evaluator does not know
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(policies: readonly PlainPolicy[], request: AccessRequest): Decision {
  const applying = policies.flatMap(({ Statement: statements }) => statements.filter((each) => applies(each, request)));
  if (applying.some(({ Effect: effect }) => effect === 'Deny')) return 'denied';
  return applying.length > 0 ? 'allowed' : 'not allowed';
}

function applies(statement: PlainStatement, { action, resource, context }: AccessRequest): boolean {
  const unknown = Object.keys(statement).find((element) => !KNOWN_ELEMENTS.has(element));
  if (unknown !== undefined) throw new Error(`The element ${unknown} of a statement is not known to this evaluator.`);
  return (
    isAmong(statement.Action, statement.NotAction, (pattern) => matchesAction(pattern, action)) &&
    isAmong(statement.Resource, statement.NotResource, (pattern) => matchesResource(pattern, resource)) &&
    conditionsHold(statement.Condition ?? {}, context)
  );
}

function matchesResource(pattern: string, resource: string): boolean {
  if (pattern.includes('${')) throw new Error(`The policy variable in ${pattern} is not known to this evaluator.`);
  return pattern === '*' || (resource !== '*' && matchesArn(pattern, resource));
}

type Patterns = string | readonly string[] | undefined;

function isAmong(wanted: Patterns, unwanted: Patterns, matches: (pattern: string) => boolean): boolean {
  if ((wanted === undefined) === (unwanted === undefined)) {
    throw new Error('A statement has either Action or NotAction, and either Resource or NotResource.');
  }
  return wanted === undefined ? !listOf(unwanted).some(matches) : listOf(wanted).some(matches);
}

function listOf(patterns: Patterns): readonly string[] {
  return typeof patterns === 'string' ? [patterns] : (patterns ?? []);
}
