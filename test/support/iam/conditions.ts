import { matchesArn, matchesPattern } from './patterns.ts';

/** Values of condition keys; what is absent is not in the request. */
export type RequestContext = Readonly<Record<string, string | undefined>>;

/** Operator, condition key, one value or several; without CloudFormation's functions. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

interface Operator {
  readonly matches: (wanted: string, found: string) => boolean;
  readonly negated?: true;
}

const equal = (wanted: string, found: string) => wanted === found;
const equalFolded = (wanted: string, found: string) => wanted.toLowerCase() === found.toLowerCase();

/** ArnEquals and ArnLike are the same to IAM. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: { matches: equal },
  StringNotEquals: { matches: equal, negated: true },
  StringEqualsIgnoreCase: { matches: equalFolded },
  StringLike: { matches: matchesPattern },
  StringNotLike: { matches: matchesPattern, negated: true },
  ArnEquals: { matches: matchesArn },
  ArnLike: { matches: matchesArn },
  ArnNotEquals: { matches: matchesArn, negated: true },
  ArnNotLike: { matches: matchesArn, negated: true },
  Bool: { matches: equalFolded },
};

/**
 * True when every key under every operator holds.
 * @throws Error for an operator, a prefix or a policy variable that this evaluator does not know
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionsHold(block: ConditionBlock, context: RequestContext): boolean {
  const folded = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(block).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => keyHolds(operator, listOf(values), folded.get(key.toLowerCase()))),
  );
}

function keyHolds(name: string, values: readonly string[], found: string | undefined): boolean {
  for (const value of values) {
    if (value.includes('${')) throw new Error(`The policy variable in ${value} is not known to this evaluator.`);
  }
  if (name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (found === undefined));
  const ifExists = name.endsWith('IfExists');
  const operator = OPERATORS[ifExists ? name.slice(0, -'IfExists'.length) : name];
  if (operator === undefined) throw new Error(`The condition operator ${name} is not known to this evaluator.`);
  // A key that is not in the request satisfies what is to differ from it, and every operator that ends with IfExists.
  if (found === undefined) return ifExists || operator.negated === true;
  return values.some((value) => operator.matches(value, found)) !== (operator.negated === true);
}

function listOf(values: string | readonly string[]): readonly string[] {
  return typeof values === 'string' ? [values] : values;
}
