// In a policy `*` stands for any characters and `?` for one; `${` begins a variable, of CloudFormation too.
// @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html

/** Characters outside Latin-1 have no place in a policy. */
const UNSAFE = /[*?$\\"]|[^\u0020-\u00ff]/gu;

/** A name for use in a pattern: what a policy cannot name stands as any one character. */
export function literal(name: string): string {
  return name.replaceAll(UNSAFE, (character) => (character.length === 1 ? '?' : '*'));
}

export function attributeOf(logicalId: string, attribute: string): unknown {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

const STACK_REGION = `\${AWS::Region}`;

/** Of a service as `kms:ViaService` has it, in the stack's own region unless another is named. */
export function viaService(service: string, region: string = STACK_REGION): unknown {
  return { 'Fn::Sub': `${service}.${region}.\${AWS::URLSuffix}` };
}

export function regionOfArn(arn: string): string | undefined {
  return arn.split(':')[3] || undefined;
}
