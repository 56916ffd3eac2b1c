import * as access from './stack-rules/access-rules.ts';
import * as functions from './stack-rules/function-rules.ts';
import * as queues from './stack-rules/queue-rules.ts';
import * as schedules from './stack-rules/schedule-rules.ts';
import * as storage from './stack-rules/storage-rules.ts';
import type { StackRule } from './stack-rules/template-parts.ts';
import type { Template } from './stack-template.ts';

export type { StackRule } from './stack-rules/template-parts.ts';

/** Every rule that a stack keeps to, whatever its configuration, by its name. */
export const STACK_RULES = { ...queues, ...functions, ...schedules, ...storage, ...access } satisfies Readonly<
  Record<string, StackRule>
>;

export type StackRuleName = keyof typeof STACK_RULES;

/** What a template has against the rules, each with the name of its rule. */
export function stackProblems(template: Template): string[] {
  return Object.entries(STACK_RULES).flatMap(([name, rule]) =>
    (rule as StackRule)(template).map((problem) => `${name}: ${problem}`),
  );
}
