/** The account that a template is thought to be deployed in. */
export interface TestAccount {
  readonly account: string;
  readonly region: string;
}

/** The account and the region of the emulated services. */
export const EMULATED: TestAccount = { account: '000000000000', region: 'us-east-1' };

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

export type TemplateResources = Readonly<Record<string, TemplateResource>>;

/** How the ARN of a resource is made of its name. */
const ARNS: Readonly<Record<string, (properties: Named, id: string, place: string) => string>> = {
  'AWS::SQS::Queue': ({ QueueName: name }, id, place) => `arn:aws:sqs:${place}:${name ?? id}`,
  'AWS::SNS::Topic': ({ TopicName: name }, id, place) => `arn:aws:sns:${place}:${name ?? id}`,
  'AWS::Lambda::Function': ({ FunctionName: name }, id, place) => `arn:aws:lambda:${place}:function:${name ?? id}`,
  'AWS::KMS::Key': (_named, id, place) => `arn:aws:kms:${place}:key/${id}`,
  'AWS::Logs::LogGroup': ({ LogGroupName: name }, id, place) => `arn:aws:logs:${place}:log-group:${name ?? id}:*`,
  'AWS::Scheduler::ScheduleGroup': ({ Name: name }, id, place) =>
    `arn:aws:scheduler:${place}:schedule-group/${name ?? id}`,
  'AWS::S3::Bucket': ({ BucketName: name }, id) => `arn:aws:s3:::${name ?? id}`,
  'AWS::IAM::Role': (_named, id, place) => `arn:aws:iam::${place.split(':')[1]}:role/${id}`,
};

/** Resources of which Ref gives the ARN. */
const REF_IS_ARN = new Set(['AWS::SNS::Topic']);

type Named = Readonly<Record<string, string | undefined>>;

/**
 * Fills in Ref, Fn::GetAtt of an ARN, Fn::Sub and Fn::Join, everywhere in a value.
 * @throws Error for any other of CloudFormation's functions, and for a resource that the template does not have
 */
export function resolved(value: unknown, resources: TemplateResources, where: TestAccount = EMULATED): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, resources, where));
  if (typeof value !== 'object' || value === null) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) {
    return filledIn(name, (value as Record<string, unknown>)[name], resources, where);
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolved(each, resources, where)]));
}

function filledIn(name: string, argument: unknown, resources: TemplateResources, where: TestAccount): string {
  switch (name) {
    case 'Ref':
      return referred(String(argument), resources, where);
    case 'Fn::GetAtt': {
      const [id, attribute] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
      return attributeOf(id!, attribute!, resources, where);
    }
    case 'Fn::Sub':
      return substituted(argument, resources, where);
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => String(resolved(part, resources, where))).join(separator);
    }
    default:
      throw new Error(`${name} is not known to this resolver.`);
  }
}

function referred(id: string, resources: TemplateResources, where: TestAccount): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': where.account,
    'AWS::Region': where.region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const found = pseudo[id];
  if (found !== undefined) return found;
  const resource = resourceOf(id, resources);
  return REF_IS_ARN.has(resource.Type) ? attributeOf(id, 'Arn', resources, where) : id;
}

function attributeOf(id: string, attribute: string, resources: TemplateResources, where: TestAccount): string {
  const { Type: type, Properties: properties = {} } = resourceOf(id, resources);
  const arn = ARNS[type];
  if (arn === undefined || !/^(Arn|TopicArn)$/.test(attribute)) throw new Error(`${id}.${attribute} is not known.`);
  const named = Object.fromEntries(Object.entries(properties).filter(([, each]) => typeof each === 'string')) as Named;
  return arn(named, id, `${where.region}:${where.account}`);
}

function substituted(argument: unknown, resources: TemplateResources, where: TestAccount): string {
  const [text, own = {}] = (Array.isArray(argument) ? argument : [argument]) as [string, Record<string, unknown>?];
  const filled = text.replaceAll(/\$\{([^!}][^}]*)\}/g, (_whole, name: string) => {
    if (Object.hasOwn(own, name)) return String(resolved(own[name], resources, where));
    const [id, attribute] = name.split('.');
    return attribute === undefined ? referred(name, resources, where) : attributeOf(id!, attribute, resources, where);
  });
  return filled.replaceAll(/\$\{!/g, () => `\${`);
}

function resourceOf(id: string, resources: TemplateResources): TemplateResource {
  const found = resources[id];
  if (found === undefined) throw new Error(`The template has no resource ${id}.`);
  return found;
}
