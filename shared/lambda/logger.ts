import type { Writable } from 'node:stream';
import { Logger, type LogItem } from '@aws-lambda-powertools/logger';
import type { Log } from '../flow/services.ts';

const SERVICE_NAME = 'landfall';

/** A Powertools logger that writes to a stream of its own, for a fleet whose standard output is for its user. */
class StreamLogger extends Logger {
  readonly #stream: Writable;

  constructor(stream: Writable) {
    super({ serviceName: SERVICE_NAME });
    this.#stream = stream;
  }

  protected override printLog(_logLevel: number, item: LogItem): void {
    this.#stream.write(`${JSON.stringify(item.getAttributes(), this.getJsonReplacer())}\n`);
  }
}

export function createLogger(stream?: Writable): Logger {
  return stream === undefined ? new Logger({ serviceName: SERVICE_NAME }) : new StreamLogger(stream);
}

/** A log whose every line bears the keys; one per record, so that records side by side never share keys. */
export function logWith(logger: Logger, keys: Readonly<Record<string, string>>): Log {
  return {
    info: (message, fields = {}) => logger.info(message, { ...keys, ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...keys, ...fields }),
    error: (message, fields = {}) => logger.error(message, { ...keys, ...fields }),
  };
}
