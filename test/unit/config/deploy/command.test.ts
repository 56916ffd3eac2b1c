import { describe, expect, it } from '@jest/globals';
import { deployCommand } from '../../../../config/deploy/command.ts';
import { stackOptions } from '../../../../config/deploy/region.ts';

describe('a command of deployment', () => {
  it('is told to osls as it is', () => {
    expect(deployCommand(['deploy', '--stage', 'prod', '--verbose'])).toEqual({
      name: 'deploy',
      configPath: 'config/landfall.yaml',
      oslsArguments: ['--stage', 'prod', '--verbose'],
    });
  });

  it.each([
    [['package', '--config', 'a.yaml', '--stage', 'prod']],
    [['package', '--stage', 'prod', '--config=a.yaml']],
    [['package', '--stage', '--config', 'a.yaml', 'prod']],
  ])('keeps --config for itself: %j', (words) => {
    expect(deployCommand(words)).toEqual({ name: 'package', configPath: 'a.yaml', oslsArguments: ['--stage', 'prod'] });
  });

  it.each([
    [[], 'nothing'],
    [['info'], 'info'],
    [['deploy', '--config'], 'without a file'],
    [['deploy', '--config='], 'without a file'],
    [['deploy', '--config', 'a', '--config', 'b'], 'twice'],
  ])('is refused: %j', (words, found) => {
    expect(() => deployCommand(words)).toThrow(
      expect.objectContaining({ code: 'COMMAND_INVALID', message: expect.stringContaining(found) }),
    );
  });
});

it.each([
  [[], 'prod'],
  [['--stage', 'dev'], 'dev'],
  [['--verbose', '-s', 'dev'], 'dev'],
  [['--stage=dev', '--region', 'eu-west-1'], 'dev'],
])('the stage of %j is %s', (words, stage) => {
  expect(stackOptions(deployCommand(['deploy', ...words]).oslsArguments).stage).toBe(stage);
});
