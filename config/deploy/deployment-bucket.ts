import { SUPERSEDED_VERSION_DAYS } from './lifecycle.ts';

/**
 * The bucket that osls keeps bundles and templates in. Its policy refuses what comes without TLS, and what is in it is
 * encrypted by S3's own key: it holds the program, and no row.
 */
export const deploymentBucket = {
  blockPublicAccess: true,
  versioning: true,
  maxPreviousDeploymentArtifacts: 5,
} as const;

/** What osls has no setting for. */
export const deploymentBucketExtension = {
  ServerlessDeploymentBucket: {
    Properties: {
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'superseded-versions',
            Status: 'Enabled',
            NoncurrentVersionExpiration: { NoncurrentDays: SUPERSEDED_VERSION_DAYS },
          },
        ],
      },
    },
  },
} as const;
