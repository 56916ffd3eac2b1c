import { describe, expect, it } from '@jest/globals';
import { DEPLOY_CONFIG_NAMES, deployConfig } from '../../support/deploy-configs.ts';
import { STACK_RULES, type StackRule, type StackRuleName, stackProblems } from '../../support/stack-rules.ts';
import { type Template, type TemplateResource, templateOf } from '../../support/stack-template.ts';
import { MISTAKES } from './planted-mistakes.ts';

const templates = Object.fromEntries(DEPLOY_CONFIG_NAMES.map((name) => [name, templateOf(deployConfig(name))]));

describe('the rules of a stack', () => {
  it.each(DEPLOY_CONFIG_NAMES)('are kept by the stack of the configuration "%s"', (name) => {
    expect(stackProblems(templates[name]!)).toEqual([]);
  });

  it('each have a mistake that is planted', () => {
    expect(new Set(MISTAKES.map(({ rule }) => rule))).toEqual(new Set(Object.keys(STACK_RULES)));
  });

  it.each(MISTAKES.map((mistake) => [mistake.rule, mistake.says, mistake] as const))(
    '%s tells: %s',
    (rule, says, { config = 'plain', plant }) => {
      const template = structuredClone(templates[config]!) as Template;
      plant(template.Resources as Record<string, TemplateResource>);
      expect((STACK_RULES[rule as StackRuleName] as StackRule)(template)).toEqual([says]);
    },
  );
});

describe('a template without its recursion setting', () => {
  it('is refused, so that no deployment can lose it', () => {
    const template = structuredClone(templates.plain!) as Template;
    delete template.Resources.ExtractorShopLambdaFunction!.Properties.RecursiveLoop;
    expect(stackProblems(template)).toEqual([
      'extractorsMayLoop: ExtractorShopLambdaFunction has RecursiveLoop undefined',
    ]);
  });
});
