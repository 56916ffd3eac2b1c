import type { Resources, StackContext } from './stack-context.ts';

/**
 * What brings the messages of a source's queue to its extractor. `MaximumConcurrency` is what keeps the pressure on the
 * database within bounds; the reserved concurrency of the function is more, see `SPARE_CONCURRENCY`. Without
 * `ReportBatchItemFailures` a message that the extractor gives back would count as done.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html
 */
export function eventSourceResources({ sources, namesOf }: StackContext): Resources {
  return Object.fromEntries(
    sources.map(({ name, maxConcurrency }) => {
      const { mappingId, queueId, functionId } = namesOf(name);
      const mapping = {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          EventSourceArn: { 'Fn::GetAtt': [queueId, 'Arn'] },
          FunctionName: { Ref: functionId },
          Enabled: true,
          BatchSize: 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: maxConcurrency },
        },
      };
      return [mappingId, mapping];
    }),
  );
}
