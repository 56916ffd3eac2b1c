import { deployedStack } from '../../config/deploy/stack.ts';
import type { LandfallConfig } from '../../shared/config/config.ts';

export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of another's making, which tests look into and break
  Properties: Record<string, any>;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** A CloudFormation template, to be looked into. */
export interface Template {
  Description?: string;
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs: Record<string, { readonly Value: unknown }>;
}

/**
 * What osls makes of the stack, without osls: in milliseconds. `test/integration/deploy/packaged-template.test.ts` holds
 * it against what osls really makes. Of the bucket that osls keeps bundles in it has nothing.
 */
export function templateOf(config: LandfallConfig, stage = 'prod'): Template {
  const { functions = {}, resources } = deployedStack(stage, config);
  const own = structuredClone(resources) as unknown as Template;
  const made = Object.entries(functions).map(([key, settings]) => functionResource(key, settings as Settings));
  return { Resources: { ...Object.fromEntries(made), ...own.Resources }, Outputs: own.Outputs };
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Settings = Record<string, any>;

function functionResource(key: string, settings: Settings): [string, TemplateResource] {
  const id = key.charAt(0).toUpperCase() + key.slice(1);
  const { vpc, ephemeralStorageSize, reservedConcurrency, recursiveLoop } = settings;
  return [
    `${id}LambdaFunction`,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: {
          S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
          S3Key: String(settings.package.artifact).split('/').at(-1),
        },
        Handler: settings.handler,
        Runtime: 'nodejs24.x',
        FunctionName: settings.name,
        MemorySize: settings.memorySize,
        Timeout: settings.timeout,
        Architectures: ['arm64'],
        Description: settings.description,
        ...(ephemeralStorageSize !== undefined && { EphemeralStorage: { Size: ephemeralStorageSize } }),
        ...(recursiveLoop !== undefined && { RecursiveLoop: recursiveLoop }),
        KmsKeyArn: structuredClone(settings.kmsKeyArn),
        Environment: { Variables: structuredClone(settings.environment) },
        Role: { 'Fn::GetAtt': [settings.role, 'Arn'] },
        ...(vpc !== undefined && {
          VpcConfig: { SecurityGroupIds: [...vpc.securityGroupIds], SubnetIds: [...vpc.subnetIds] },
        }),
        ...(reservedConcurrency !== undefined && { ReservedConcurrentExecutions: reservedConcurrency }),
        LoggingConfig: { LogFormat: settings.logs.logFormat },
      },
      DependsOn: [`${id}LogGroup`, settings.role],
    },
  ];
}
