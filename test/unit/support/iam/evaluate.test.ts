import { describe, expect, it } from '@jest/globals';
import type { ConditionBlock, RequestContext } from '../../../support/iam/conditions.ts';
import { decide, type PlainStatement } from '../../../support/iam/evaluate.ts';

const OBJECT = 'arn:aws:s3:::lake/raw/shop/orders.csv';
const ALLOW: PlainStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/raw/shop/*' };
const DENY: PlainStatement = { Effect: 'Deny', Action: 's3:*', Resource: '*' };

function ask(
  statements: readonly PlainStatement[],
  action = 's3:GetObject',
  resource = OBJECT,
  context: RequestContext = {},
) {
  return decide([{ Statement: statements }], { action, resource, context });
}

describe('an action on a resource', () => {
  it.each<[string, PlainStatement, string, string]>([
    ['the same action and a pattern of the resource', ALLOW, 's3:GetObject', OBJECT],
    ['an action in another case', { ...ALLOW, Action: ['s3:getobject'] }, 's3:GetObject', OBJECT],
    ['a pattern of actions', { ...ALLOW, Action: 's3:Get*' }, 's3:GetObject', OBJECT],
    [
      'everything but another action',
      { ...ALLOW, Action: undefined!, NotAction: 's3:PutObject' },
      's3:GetObject',
      OBJECT,
    ],
    [
      'everything but another resource',
      without({ ...ALLOW, NotResource: 'arn:aws:s3:::vault/*' }, 'Resource'),
      's3:GetObject',
      OBJECT,
    ],
    ['one character for each ?', { ...ALLOW, Resource: 'arn:aws:s3:::lake/raw/sh??/*' }, 's3:GetObject', OBJECT],
    ['all resources', { ...ALLOW, Resource: '*' }, 's3:GetObject', OBJECT],
  ])('is allowed by %s', (_, statement, action, resource) => {
    expect(ask([without(statement, 'undefined')], action, resource)).toBe('allowed');
  });

  it.each<[string, PlainStatement, string, string]>([
    ['another action', ALLOW, 's3:PutObject', OBJECT],
    ['an action that only begins alike', ALLOW, 's3:GetObjectAcl', OBJECT],
    ['another folder', ALLOW, 's3:GetObject', 'arn:aws:s3:::lake/raw/erp/orders.csv'],
    ['the bucket itself', ALLOW, 's3:GetObject', 'arn:aws:s3:::lake'],
    ['a pattern without a wildcard', { ...ALLOW, Resource: 'arn:aws:s3:::lake/raw/shop/' }, 's3:GetObject', OBJECT],
    [
      'a dot that is no wildcard',
      { ...ALLOW, Resource: 'arn:aws:s3:::lake/raw/shop/orders?csv?' },
      's3:GetObject',
      OBJECT,
    ],
    ['a wildcard in another part of the ARN', { ...ALLOW, Resource: 'arn:aws:s3:*' }, 's3:GetObject', OBJECT],
    ['the action that NotAction names', without({ ...ALLOW, NotAction: 's3:Get*' }, 'Action'), 's3:GetObject', OBJECT],
  ])('is not allowed by %s', (_, statement, action, resource) => {
    expect(ask([statement], action, resource)).toBe('not allowed');
  });

  it('is denied by one statement, whatever others allow and in any order', () => {
    expect(ask([ALLOW])).toBe('allowed');
    expect(ask([ALLOW, DENY])).toBe('denied');
    expect(
      decide([{ Statement: [DENY] }, { Statement: [ALLOW] }], {
        action: 's3:GetObject',
        resource: OBJECT,
        context: {},
      }),
    ).toBe('denied');
    expect(ask([])).toBe('not allowed');
  });
});

describe('a condition', () => {
  const holds = (block: ConditionBlock, context: RequestContext) =>
    ask([{ ...ALLOW, Condition: block }], 's3:GetObject', OBJECT, context) === 'allowed';

  it.each<[ConditionBlock, RequestContext, boolean]>([
    [{ StringEquals: { 'aws:x': ['a', 'b'] } }, { 'AWS:X': 'b' }, true],
    [{ StringEquals: { 'aws:x': 'a*' } }, { 'aws:x': 'ab' }, false],
    [{ StringEquals: { 'aws:x': 'a' } }, {}, false],
    [{ StringEqualsIfExists: { 'aws:x': 'a' } }, {}, true],
    [{ StringEqualsIfExists: { 'aws:x': 'a' } }, { 'aws:x': 'b' }, false],
    [{ StringNotEquals: { 'aws:x': ['a', 'b'] } }, { 'aws:x': 'b' }, false],
    [{ StringNotEquals: { 'aws:x': 'a' } }, {}, true],
    [{ StringNotEqualsIfExists: { 'aws:x': 'a' } }, {}, true],
    [{ StringLike: { 's3:prefix': ['raw/shop/*'] } }, { 's3:prefix': 'raw/shop/x/y' }, true],
    [{ StringLike: { 's3:prefix': ['raw/shop/*'] } }, { 's3:prefix': 'raw/erp/' }, false],
    [{ StringNotLike: { 'aws:x': 'a*' } }, { 'aws:x': 'ab' }, false],
    [{ StringEqualsIgnoreCase: { 'aws:x': 'A' } }, { 'aws:x': 'a' }, true],
    [{ ArnLike: { 'aws:SourceArn': 'arn:aws:sqs:*:1:q-*' } }, { 'aws:SourceArn': 'arn:aws:sqs:eu:1:q-a' }, true],
    [{ ArnEquals: { 'aws:SourceArn': 'arn:aws:sqs:eu:1:q' } }, { 'aws:SourceArn': 'arn:aws:sqs:eu:2:q' }, false],
    [{ ArnNotEquals: { 'aws:SourceArn': 'arn:aws:sqs:eu:1:q' } }, { 'aws:SourceArn': 'arn:aws:sqs:eu:2:q' }, true],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'true' }, false],
    [{ Bool: { 'aws:SecureTransport': 'false' } }, { 'aws:SecureTransport': 'false' }, true],
    [{ Null: { 's3:if-none-match': 'false' } }, { 's3:if-none-match': '*' }, true],
    [{ Null: { 's3:if-none-match': 'false' } }, {}, false],
    [{ Null: { 's3:if-none-match': 'true' } }, {}, true],
    [{ StringEquals: { 'aws:x': 'a', 'aws:y': 'b' } }, { 'aws:x': 'a', 'aws:y': 'c' }, false],
    [{ StringEquals: { 'aws:x': 'a' }, Null: { 'aws:y': 'true' } }, { 'aws:x': 'a' }, true],
  ])('%j with %j holds: %s', (block, context, expected) => {
    expect(holds(block, context)).toBe(expected);
  });

  it.each<[string, Partial<PlainStatement>]>([
    ['an operator', { Condition: { NumericLessThan: { 's3:max-keys': '10' } } }],
    ['an operator for several values', { Condition: { 'ForAnyValue:StringEquals': { 'aws:x': 'a' } } }],
    ['a policy variable', { Condition: { StringEquals: { 'aws:x': `\${aws:username}` } } }],
    ['a policy variable in a resource', { Resource: `arn:aws:s3:::lake/\${aws:username}/*` }],
    ['an element', { NotPrincipal: '*' } as object],
    ['both of Action and NotAction', { NotAction: 's3:PutObject' }],
    ['none of Resource and NotResource', { Resource: undefined! }],
  ])('fails on %s that it does not know', (_, change) => {
    expect(() => ask([{ ...ALLOW, ...change }])).toThrow();
  });
});

function without(statement: PlainStatement, element: string): PlainStatement {
  return Object.fromEntries(
    Object.entries(statement).filter(([name, value]) => name !== element && value !== undefined),
  ) as unknown as PlainStatement;
}
