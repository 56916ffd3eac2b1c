import type { AlertsConfig, LandfallConfig, TargetConfig } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { foundText } from './found.ts';
import { checkLandingFolders } from './landing-folders.ts';
import { composeOriginal, isOriginalFile, type OriginalFileBase } from './original-file.ts';
import { ProblemReport } from './problems.ts';
import { resolveDeploy } from './resolve-deploy.ts';
import { resolveSource } from './resolve-source.ts';
import { SOURCE_NAME, SOURCE_NAME_RULE } from './schema.ts';
import { type CheckedInput, checkShape } from './shape.ts';
import { readYaml } from './yaml-text.ts';

export interface ConfigOptions {
  /** The rest of an original's whole file. A file that is a configuration of its own is refused with it. */
  readonly base?: OriginalFileBase | undefined;
}

/**
 * A configuration from the text of its file: checked whole, every default filled in.
 *
 * The text is YAML or JSON. An original's whole file (`{"Tables": [{"table_name", "sql_query"}]}`) is taken as the
 * tables of `options.base`.
 *
 * @param file the file's name, for the problems
 * @throws InvalidConfigError with every problem at once. No value that may hold a password is ever part of it.
 */
export function parseConfig(text: string, file: string, options: ConfigOptions = {}): LandfallConfig {
  const yaml = readYaml(text, file);
  const isOriginal = isOriginalFile(yaml.value);
  const composed = isOriginal
    ? composeOriginal(yaml.value, options.base, yaml.locate)
    : { value: yaml.value, locate: yaml.locate, filePath: [] };
  const report = new ProblemReport(composed.locate);
  reportBase(isOriginal, options.base, report);
  for (const { path, message } of yaml.keyProblems) report.add([...composed.filePath, ...path], message, 'key');
  const config = resolveConfig(checkShape(composed.value, report), report);
  report.throwIfAny();
  return config;
}

function reportBase(isOriginal: boolean, base: OriginalFileBase | undefined, report: ProblemReport): void {
  if (isOriginal && base === undefined) {
    report.add(
      [],
      'found a file of tables only; allowed: a configuration with version, target and sources, or such a file together with ' +
        'its bucket and secret from elsewhere, as in: landfall local run --config FILE --secret file:PATH --bucket NAME',
    );
  }
  if (!isOriginal && base !== undefined) {
    report.add(
      [],
      `found a configuration together with settings from the ${base.origin}; allowed: one of them (leave the settings out: the file has its own)`,
    );
  }
}

function resolveConfig(input: CheckedInput, report: ProblemReport): LandfallConfig {
  const target = resolveTarget(input.target);
  const sources = Object.entries(input.sources ?? {}).map(([name, source]) => {
    if (!SOURCE_NAME.test(name)) report.add(['sources', name], sourceNameMessage(name), 'key');
    return resolveSource(name, source ?? {}, report);
  });
  if (input.sources !== undefined && sources.length === 0 && !report.hasWithin(['sources'])) {
    report.add(['sources'], 'found no sources; allowed: at least one', 'key');
  }
  checkLandingFolders(
    target.prefix,
    sources.flatMap(({ tables }) => tables),
    report,
  );
  return {
    target,
    alerts: resolveAlerts(input.alerts, report),
    deploy: resolveDeploy(input.deploy, report),
    sources: new Map(sources.map(({ source }) => [source.name, source])),
  };
}

function sourceNameMessage(name: string): string {
  return `found the name ${foundText(name, ['sources'])}; allowed: ${SOURCE_NAME_RULE}`;
}

function resolveTarget(input: CheckedInput['target']): TargetConfig {
  const folders = (input?.prefix ?? '').split('/').filter((folder) => folder !== '');
  return { bucket: input?.bucket ?? '', prefix: folders.map((folder) => `${folder}/`).join('') };
}

function resolveAlerts(input: CheckedInput['alerts'], report: ProblemReport): AlertsConfig | undefined {
  if (input === undefined) return undefined;
  const { topic, on = DEFAULTS.alertsOn } = input;
  const emails = (input.emails ?? []).filter((email) => email !== undefined);
  if (!report.hasWithin(['alerts']) && (topic === undefined) === (emails.length === 0)) {
    const found = topic === undefined ? 'neither topic nor emails' : 'both topic and emails';
    report.add(
      ['alerts'],
      `found ${found}; allowed: emails, which subscribe to a topic that the stack makes, or the topic of your own that has its subscribers`,
      'key',
    );
  }
  return { topic, emails, on };
}
