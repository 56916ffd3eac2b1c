import { describe, expect, it } from '@jest/globals';
import { awsChoice, type OperatorOptions } from '../../../cli/operator-options.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { DEFAULT_STAGE } from '../../../shared/config/resource-names.ts';
import { FILE, shopWith } from '../config/config-text.ts';

const options: OperatorOptions = {
  config: FILE,
  stage: DEFAULT_STAGE,
  json: false,
  dialect: 'postgres',
  ssl: 'verify-full',
};
const silent = parseConfig(shopWith('a.b:'), FILE);
const frankfurt = parseConfig(`${shopWith('a.b:')}deploy: { region: eu-central-1 }\n`, FILE);

describe('where a command works', () => {
  it.each([
    ['the region of the command line before all', { region: 'eu-west-1' }, frankfurt, 'eu-west-1'],
    ['else the one that the fleet is deployed to', {}, frankfurt, 'eu-central-1'],
    ['else what the environment and the AWS configuration say', {}, silent, undefined],
  ])('is %s', (_, given, config, region) => {
    expect(awsChoice({ ...options, profile: 'night', ...given }, config)).toEqual({ profile: 'night', region });
  });
});
