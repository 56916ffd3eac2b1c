import { type Resources, SHARED_FUNCTIONS, type StackContext } from './stack-context.ts';

/**
 * The functions' log groups. They have the logical ids that osls gives its own, and so complete those: osls makes them
 * without encryption, and lets the functions wait for them.
 */
export function logGroupResources(context: StackContext): Resources {
  const { shared, namesOf, sources, keyArn, config } = context;
  const functions = [...SHARED_FUNCTIONS.map(shared), ...sources.map(({ name }) => namesOf(name))];
  return Object.fromEntries(
    functions.map(({ logGroupId, logGroupName }) => [
      logGroupId,
      {
        Type: 'AWS::Logs::LogGroup',
        Properties: {
          LogGroupName: logGroupName,
          RetentionInDays: config.deploy.logRetentionDays,
          KmsKeyId: keyArn,
        },
      },
    ]),
  );
}
