import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RegoEngine, TemplateFile } from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { DEPLOY_CONFIG_NAMES, DEPLOY_CONFIGS, type DeployConfigName } from '../../support/deploy-configs.ts';
import { type PackagedTemplate, packagedByCommand, packagedTemplates } from '../../support/packaged-template.ts';
import { DEPLOYMENT_BUCKET } from '../../support/stack-rules/template-parts.ts';
import { stackProblems } from '../../support/stack-rules.ts';
import { type Template, templateOf } from '../../support/stack-template.ts';

interface StandingWarning {
  readonly rule: string;
  readonly says: RegExp;
  /** All of them when left out. */
  readonly configs?: readonly DeployConfigName[];
  readonly why: string;
}

/** Warnings of the validator that stand, and why. Whatever is not here fails the test. */
const STANDING_WARNINGS: readonly StandingWarning[] = [
  {
    rule: 'W3005',
    says: /^'\w+Role' dependency already enforced by a 'GetAtt' at 'Properties\.Role'$/,
    why: 'osls lets a function wait for its role by both; one of them is too much and does no harm',
  },
  {
    rule: 'W9013',
    says: /^Hardcoded account ID in ARN/,
    configs: ['everything'],
    why: 'the ARNs of the key and of the topic are those that the configuration gives, maybe of another account',
  },
  {
    rule: 'W9002',
    says: /^Property 'KmsKeyArn' has a hardcoded ARN/,
    configs: ['everything'],
    why: 'the same key, which the configuration names',
  },
];

const folder = mkdtempSync(join(tmpdir(), 'landfall-package-'));
let packaged: Readonly<Record<DeployConfigName, PackagedTemplate>>;

beforeAll(() => {
  packaged = packagedTemplates(join(folder, 'all'), DEPLOY_CONFIGS);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe('the packaged template', () => {
  it.each(DEPLOY_CONFIG_NAMES)('of %s keeps every rule', (name) => {
    expect(stackProblems(packaged[name].template)).toEqual([]);
  });

  it.each(DEPLOY_CONFIG_NAMES)('of %s is what the unit tests look at', (name) => {
    const config = parseConfig(DEPLOY_CONFIGS[name], name);
    expect(comparable(packaged[name].template)).toEqual(comparable(templateOf(config)));
  });

  it('has no error, and no warning but those that stand, by the rules of CloudFormation', () => {
    const engine = new RegoEngine();
    const found = DEPLOY_CONFIG_NAMES.flatMap((config) =>
      engine
        .validateStandard(new TemplateFile(packaged[config].path), { severityLevel: 'WARN' })
        .diagnostics.map((diagnostic) => ({ config, ...diagnostic })),
    );
    const isOf = ({ rule, says, configs = DEPLOY_CONFIG_NAMES }: StandingWarning) =>
      found.filter(
        (each) =>
          each.severity === 'WARN' && each.ruleId === rule && says.test(each.message) && configs.includes(each.config),
      );
    const standing = new Set(STANDING_WARNINGS.flatMap(isOf));
    const others = found.filter((each) => !standing.has(each));
    expect(
      others.map(({ config, severity, ruleId, entity, message }) =>
        [config, severity, ruleId, entity?.logicalId, message].join(' '),
      ),
    ).toEqual([]);
    expect(STANDING_WARNINGS.filter((warning) => isOf(warning).length === 0)).toEqual([]);
  }, 300_000);

  it('comes from serverless.ts by the command of osls, without network and credentials', () => {
    const { template } = packagedByCommand(join(folder, 'command'), DEPLOY_CONFIGS.names, ['--stage', 'test-2']);
    const config = parseConfig(DEPLOY_CONFIGS.names, 'names');
    expect(comparable(template)).toEqual(comparable(templateOf(config, 'test-2')));
  }, 300_000);
});

/** Without what osls adds of its own: its bucket, and the moment of packaging in the keys of bundles. */
function comparable({ Resources, Outputs }: Template) {
  const own = Object.entries(Resources).filter(([id]) => !id.startsWith(DEPLOYMENT_BUCKET));
  const { ServerlessDeploymentBucketName: _, ...outputs } = Outputs;
  return {
    Outputs: outputs,
    Resources: Object.fromEntries(
      own.map(([id, resource]) => {
        const { Code, ...rest } = resource.Properties;
        if (Code?.S3Key === undefined) return [id, resource];
        const S3Key = String(Code.S3Key).split('/').at(-1);
        return [id, { ...resource, Properties: { ...rest, Code: { ...Code, S3Key } } }];
      }),
    ),
  };
}
