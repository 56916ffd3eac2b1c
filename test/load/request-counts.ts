import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

/** @see https://nodejs.org/api/diagnostics_channel.html#http */
const CHANNEL = 'http.server.request.start';

/** Requests that servers of this process were asked, by operation. */
export class RequestCounts {
  readonly #ports: ReadonlySet<number>;
  readonly #counts = new Map<string, number>();

  /** @param endpoints whose requests count, as `http://host:port` */
  constructor(endpoints: readonly string[]) {
    this.#ports = new Set(endpoints.map((endpoint) => Number(new URL(endpoint).port)));
    subscribe(CHANNEL, this.#count);
  }

  of(operation: string): number {
    return this.#counts.get(operation) ?? 0;
  }

  /** Counts so far, by name; counting begins anew. */
  take(): Readonly<Record<string, number>> {
    const counts = Object.fromEntries([...this.#counts].toSorted(([a], [b]) => a.localeCompare(b)));
    this.#counts.clear();
    return counts;
  }

  close(): void {
    unsubscribe(CHANNEL, this.#count);
  }

  readonly #count = (event: unknown): void => {
    const { request } = event as { request: IncomingMessage };
    if (!this.#ports.has(request.socket.localPort ?? 0)) return;
    const name = operationOf(request);
    this.#counts.set(name, this.of(name) + 1);
  };
}

/** SQS names the operation in a header; S3 has none, only methods, and LIST is the GET of a bucket. */
function operationOf({ method = '', url = '', headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `sqs ${target.split('.').at(-1)}`;
  if (method === 'POST' && (headers['content-type'] ?? '').includes('form-urlencoded')) return 'sns Publish';
  return url.includes('list-type=2') ? 's3 LIST' : `s3 ${method}`;
}
