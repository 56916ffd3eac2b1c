import { randomUUID } from 'node:crypto';

/** What a function is, of which Lambda tells it in its environment. */
export interface FunctionIdentity {
  readonly functionName: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly region: string;
  readonly logFormat: 'JSON' | 'Text';
}

/**
 * The environment that Lambda gives a function besides its own variables; nothing of the one that the tests run in.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function lambdaVariables(identity: FunctionIdentity, taskRoot: string): Record<string, string> {
  const { functionName, handler, memoryMb, region, logFormat } = identity;
  return {
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: taskRoot,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/11/22/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    LANG: 'en_US.UTF-8',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TZ: ':UTC',
  };
}

/** Lambda refuses a function that sets these itself. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_DEFAULT_REGION|AWS_REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_.*|AWS_ACCESS_KEY.*|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR)$/;
const MAX_VARIABLES_BYTES = 4_096;

/**
 * What is wrong with a function's own variables, as Lambda would say at the deployment.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function variableProblems(variables: Readonly<Record<string, string>>): string[] {
  const sizeBytes = Buffer.byteLength(Object.entries(variables).flat().join(''));
  return [
    ...Object.keys(variables).flatMap((name) => (RESERVED.test(name) ? [`${name} is reserved by Lambda`] : [])),
    ...(sizeBytes > MAX_VARIABLES_BYTES
      ? [`${sizeBytes} bytes of variables; Lambda allows ${MAX_VARIABLES_BYTES}`]
      : []),
  ];
}
