import { bucketResources } from '../../../../../config/deploy/bucket.ts';
import { keyResources } from '../../../../../config/deploy/key.ts';
import { queueResources } from '../../../../../config/deploy/queues.ts';
import { roleResources, rolesOf } from '../../../../../config/deploy/roles/roles.ts';
import { scheduleResources } from '../../../../../config/deploy/schedules.ts';
import { type StackContext, stackContext } from '../../../../../config/deploy/stack-context.ts';
import { topicResources } from '../../../../../config/deploy/topic.ts';
import { parseConfig } from '../../../../../shared/config/parse-config.ts';
import type { PlainStatement } from '../../../../support/iam/evaluate.ts';
import type { TemplateResources } from '../../../../support/iam/intrinsics.ts';
import { policiesOfRole } from '../../../../support/iam/template-policies.ts';

export interface Given {
  readonly target?: object;
  readonly alerts?: object;
  readonly deploy?: object;
  /** Settings of the source `shop`. */
  readonly shop?: object;
  readonly tables?: object;
  readonly sources?: object;
}

/** A stack with the source `shop`. */
export function contextOf(given: Given = {}): StackContext {
  const shop = {
    dialect: 'postgres',
    secret: 'env:SHOP',
    tables: given.tables ?? { 'public.orders': {} },
    ...given.shop,
  };
  const config = {
    version: 1,
    target: given.target ?? { bucket: 'lake' },
    ...(given.alerts !== undefined && { alerts: given.alerts }),
    ...(given.deploy !== undefined && { deploy: given.deploy }),
    sources: { shop, ...given.sources },
  };
  return stackContext('prod', parseConfig(JSON.stringify(config), 'landfall.yaml'));
}

/** The roles and what they name. The functions are osls' to make; here they are as it makes them, as far as a policy can tell. */
export function templateOf(context: StackContext): TemplateResources {
  const names = [
    ...context.sources.map(({ name }) => context.namesOf(name)),
    ...(['scheduler', 'replayer', 'watchdog'] as const).map((name) => context.shared(name)),
  ];
  const functions = names.map(({ functionId, functionName, roleId }) => [
    functionId,
    {
      Type: 'AWS::Lambda::Function',
      Properties: { FunctionName: functionName, Role: { 'Fn::GetAtt': [roleId, 'Arn'] } },
    },
  ]);
  const parts = [keyResources, queueResources, topicResources, bucketResources, scheduleResources, roleResources];
  return Object.assign({}, ...parts.map((resourcesOf) => resourcesOf(context)), Object.fromEntries(functions));
}

/** The statements of a role by their ids, as IAM gets them. */
export function statementsOf(
  context: StackContext,
  functionKey: string | undefined,
): Readonly<Record<string, PlainStatement>> {
  const role = rolesOf(context).find((each) => each.functionKey === functionKey);
  if (role === undefined) throw new Error(`There is no role of ${String(functionKey)}.`);
  const statements = policiesOfRole(role.roleId, templateOf(context)).flatMap(({ Statement }) => Statement);
  return Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
}

export const extractorStatements = (given: Given = {}) => statementsOf(contextOf(given), 'extractorShop');
