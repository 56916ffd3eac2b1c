import { PRICES } from '../../shared/core/cost.ts';

/** A price as it was found, for the table of docs/costs.md. */
export interface ListPrice {
  readonly what: string;
  readonly usd: number;
  readonly unit: string;
  /** AWS's own page for it. */
  readonly page: string;
  /** Where the number was read, and of which date that is. */
  readonly readIn: string;
  readonly isConfirmed: boolean;
}

/** The day on which they were looked up, in stored copies of public pages: AWS's own ones fill in numbers by script. */
export const READ_ON = '2026-11-27';

const VANTAGE = 'vantage.sh/blog/fargate-pricing, agreeing with wring.co of March 2026 for x86';

/** Of us-east-1, on demand. */
export const LIST_PRICES = {
  lambdaGbSecond: {
    what: 'Lambda, arm64',
    usd: PRICES.lambdaPerGbSecond,
    unit: 'GB-second',
    page: 'https://aws.amazon.com/lambda/pricing/',
    readIn: 'cloudchipr.com/blog/aws-lambda-pricing, 2024',
    isConfirmed: true,
  },
  s3Write: {
    what: 'S3, PUT or POST',
    usd: PRICES.s3PerWrite,
    unit: 'request',
    page: 'https://aws.amazon.com/s3/pricing/',
    readIn: 'c3x.dev/blog/s3-request-fees-explained',
    isConfirmed: true,
  },
  sqsRequest: {
    what: 'SQS, standard queue',
    usd: PRICES.sqsPerRequest,
    unit: 'request',
    page: 'https://aws.amazon.com/sqs/pricing/',
    readIn: 'cost estimates in public repositories',
    isConfirmed: true,
  },
  fargateVcpuHour: {
    what: 'Fargate, Linux on arm64',
    usd: 0.03238,
    unit: 'vCPU-hour',
    page: 'https://aws.amazon.com/fargate/pricing/',
    readIn: VANTAGE,
    isConfirmed: true,
  },
  fargateGbHour: {
    what: 'Fargate, Linux on arm64',
    usd: 0.00356,
    unit: 'GB-hour',
    page: 'https://aws.amazon.com/fargate/pricing/',
    readIn: VANTAGE,
    isConfirmed: true,
  },
  glueDpuHour: {
    what: 'Glue, Spark and Python shell',
    usd: 0.44,
    unit: 'DPU-hour',
    page: 'https://aws.amazon.com/glue/pricing/',
    readIn: 'the first example of that page, in a copy; awsnegotiations.com of May 2026',
    isConfirmed: true,
  },
  dmsT3MediumHour: {
    what: 'DMS, dms.t3.medium',
    usd: 0.0745,
    unit: 'hour',
    page: 'https://aws.amazon.com/dms/pricing/',
    readIn: 'public repositories that quote the Price List API, June 2026',
    isConfirmed: true,
  },
  dmsC5LargeHour: {
    what: 'DMS, dms.c5.large',
    usd: 0.154,
    unit: 'hour',
    page: 'https://aws.amazon.com/dms/pricing/',
    readIn: 'a price table in one public repository; another one says 0.192',
    isConfirmed: false,
  },
  dmsDcuHour: {
    what: 'DMS Serverless',
    usd: 0.08,
    unit: 'DCU-hour',
    page: 'https://aws.amazon.com/dms/pricing/',
    readIn: "Mumbai's 0.1133 in a public repository, scaled by what dms.t3.medium costs in the two regions",
    isConfirmed: false,
  },
} as const satisfies Record<string, ListPrice>;
