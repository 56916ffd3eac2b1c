import { functionOf, isCustomerKey, ofType, type Properties, type StackRule, targetOf } from './template-parts.ts';

const FUNCTION = 'AWS::Lambda::Function';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const MAX_CONCURRENCY = { least: 2, most: 1_000 };
/** Of all variables of a function together. */
const MAX_ENVIRONMENT_BYTES = 4_096;
const LONGEST = { region: 'ap-southeast-1', account: '123456789012', suffix: 'amazonaws.com.cn' };

export const functionsRunOnArm: StackRule = (template) =>
  ofType(template, FUNCTION)
    .filter(([, { Architectures, Runtime }]) => `${Architectures}` !== 'arm64' || Runtime !== 'nodejs24.x')
    .map(([id, { Architectures, Runtime }]) => `${id} runs on ${Runtime} and ${Architectures}`);

/** A function that sends to the queue that calls it is stopped after 16 hops, unless it says that it means it. */
export const extractorsMayLoop: StackRule = (template) => {
  const looping = new Set(ofType(template, MAPPING).map(([, { FunctionName }]) => targetOf(FunctionName)));
  return ofType(template, FUNCTION)
    .filter(([id, { RecursiveLoop }]) => (RecursiveLoop === 'Allow') !== looping.has(id))
    .map(([id, { RecursiveLoop }]) => `${id} has RecursiveLoop ${RecursiveLoop}`);
};

export const mappingsReportEachMessage: StackRule = (template) =>
  ofType(template, MAPPING)
    .filter(
      ([, { BatchSize, FunctionResponseTypes }]) =>
        BatchSize !== 1 || `${FunctionResponseTypes}` !== 'ReportBatchItemFailures',
    )
    .map(([id]) => `${id} takes more than one message, or does not report each`);

/** The mapping limits how many run at once, and the function has room for as many. */
export const concurrencyIsLimited: StackRule = (template) =>
  ofType(template, MAPPING).flatMap(([id, { ScalingConfig, FunctionName }]) => {
    const limit = ScalingConfig?.MaximumConcurrency;
    const reserved = functionOf(template, FunctionName)?.ReservedConcurrentExecutions;
    if (!(limit >= MAX_CONCURRENCY.least && limit <= MAX_CONCURRENCY.most)) return [`${id} is limited to ${limit}`];
    return reserved >= limit ? [] : [`${id} starts ${limit}, its function has room for ${reserved}`];
  });

export const logsAreKeptEncrypted: StackRule = (template) =>
  ofType(template, FUNCTION).flatMap(([id, { FunctionName, LoggingConfig }]) => {
    const group = ofType(template, 'AWS::Logs::LogGroup').find(
      ([, { LogGroupName }]) => LogGroupName === `/aws/lambda/${FunctionName}`,
    );
    if (group === undefined) return [`${id} has no log group`];
    const [, { RetentionInDays, KmsKeyId }] = group;
    return RetentionInDays > 0 && isCustomerKey(template, KmsKeyId) && LoggingConfig?.LogFormat === 'JSON'
      ? []
      : [`${id} has logs for ever, in the clear or not in JSON`];
  });

export const functionsHaveRolesOfTheirOwn: StackRule = (template) => {
  const owners = new Map<string, string>();
  return ofType(template, FUNCTION).flatMap(([id, { Role }]) => {
    const role = targetOf(Role) ?? '';
    if (template.Resources[role]?.Type !== 'AWS::IAM::Role') return [`${id} has no role of this stack`];
    const owner = owners.get(role);
    owners.set(role, id);
    return owner === undefined ? [] : [`${id} has the role of ${owner}`];
  });
};

export const functionsAreNotPublic: StackRule = ({ Resources }) =>
  Object.entries(Resources)
    .filter(([, { Type }]) => /^AWS::Lambda::(Permission|Url|LayerVersionPermission)$/.test(Type))
    .map(([id, { Type }]) => `${id} opens a function by ${Type}`);

export const functionsHaveNoVersions: StackRule = (template) =>
  ofType(template, 'AWS::Lambda::Version').map(([id]) => `${id} keeps old code`);

/** Encrypted by the key, and within what Lambda allows once CloudFormation has filled it in. */
export const environmentsFit: StackRule = (template) =>
  ofType(template, FUNCTION).flatMap(([id, { Environment, KmsKeyArn }]) => {
    const sizeBytes = Object.entries((Environment?.Variables ?? {}) as Properties).reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name + filledIn(value)),
      0,
    );
    return [
      ...(isCustomerKey(template, KmsKeyArn) ? [] : [`${id} has an environment without the key`]),
      ...(sizeBytes <= MAX_ENVIRONMENT_BYTES ? [] : [`${id} has an environment of ${sizeBytes} bytes`]),
    ];
  });

/** Those that reach databases, and no others: what calls AWS alone has nothing to do in a VPC. */
export const onlyExtractorsAreInTheVpc: StackRule = (template) => {
  const extractors = new Set(ofType(template, MAPPING).map(([, { FunctionName }]) => targetOf(FunctionName)));
  const inside = (id: string) => template.Resources[id]?.Properties.VpcConfig !== undefined;
  const all = ofType(template, FUNCTION).map(([id]) => id);
  const wanted = all.some(inside);
  return all
    .filter((id) => inside(id) !== (wanted && extractors.has(id)))
    .map((id) => `${id} is ${inside(id) ? 'inside' : 'outside'} the VPC`);
};

function filledIn(value: unknown): string {
  const text = typeof value === 'string' ? value : (value as { 'Fn::Sub'?: string })['Fn::Sub'];
  return (text ?? 'x'.repeat(120))
    .replaceAll('${AWS::Region}', LONGEST.region)
    .replaceAll('${AWS::AccountId}', LONGEST.account)
    .replaceAll('${AWS::URLSuffix}', LONGEST.suffix);
}
