import { describe, expect, it } from '@jest/globals';
import { regionOf, requireRegion, stackOptions } from '../../../../config/deploy/region.ts';
import { deployConfig } from '../../../support/deploy-configs.ts';

const plain = deployConfig('plain');

describe('the options of a deployment', () => {
  it.each([
    ['nothing', ['deploy'], { stage: 'prod', region: undefined }],
    ['long words', ['deploy', '--stage', 'dev', '--region=eu-west-1'], { stage: 'dev', region: 'eu-west-1' }],
    ['letters', ['deploy', '-s', 'dev', '-r', 'eu-west-1', '--verbose'], { stage: 'dev', region: 'eu-west-1' }],
    ['an option without its value', ['deploy', '--stage'], { stage: 'prod', region: undefined }],
  ])('are read from %s', (_, args, expected) => {
    expect(stackOptions(args)).toEqual(expected);
  });
});

describe('the region of a fleet', () => {
  const environment = { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-3' };

  it('is what the command says, then the configuration, then the environment', () => {
    const configured = deployConfig('everything');
    expect(regionOf(['deploy', '--region', 'eu-west-1'], configured, environment)).toBe('eu-west-1');
    expect(regionOf(['deploy'], configured, environment)).toBe('eu-central-1');
    expect(regionOf(['deploy'], plain, environment)).toBe('eu-west-2');
    expect(regionOf(['deploy'], plain, { AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-3' })).toBe('eu-west-3');
  });

  it('is asked for when nothing says it, instead of one that nobody meant', () => {
    expect(regionOf(['deploy'], plain, {})).toBeUndefined();
    expect(() => requireRegion(['deploy'], plain, {})).toThrow(expect.objectContaining({ code: 'REGION_MISSING' }));
    expect(requireRegion(['deploy'], plain, environment)).toBe('eu-west-2');
  });
});
