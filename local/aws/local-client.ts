/**
 * The emulator keys queues and topics by the client's region, and would drop a queue's messages when the same name
 * comes back from another one. So every local client uses this region, whatever AWS_REGION says.
 */
export const LOCAL_REGION = 'us-east-1';

/** Settings for an SDK client of a local service; the credentials are a formality of request signing. */
export function localClientConfig(endpoint: string) {
  return {
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 15_000,
      // Every waiting consumer holds one connection, and sends must not queue behind them; the SDK's default is 50.
      httpAgent: { maxSockets: 1_000, keepAlive: true },
    },
  };
}
