import { done, envChangeBytes, error } from '../../tds/tokens.ts';
import type { TransactionRequest } from './requests.ts';

/** A session's transaction as its driver manages it by transaction requests (MS-TDS 2.2.6.9). */
export class Transactions {
  #current = 0n;
  #depth = 0;
  #savepoints: string[] = [];
  readonly #nextDescriptor: () => bigint;

  constructor(nextDescriptor: () => bigint) {
    this.#nextDescriptor = nextDescriptor;
  }

  /** The open transaction's descriptor; 0 where there is none. */
  get current(): bigint {
    return this.#current;
  }

  /** Does the step and returns the tokens that answer it. */
  answer(request: TransactionRequest): Buffer {
    switch (request.step) {
      case 'begin':
        return this.#begin();
      case 'commit':
        return this.#commit();
      case 'rollback':
        return this.#rollback(request.name);
      case 'save':
        return this.#save(request.name);
    }
  }

  /** Rolls back what a reset connection left open; the client's driver asks for no tokens. */
  reset(): void {
    this.#end();
  }

  #begin(): Buffer {
    if (this.#depth++ > 0) return finished();
    this.#current = this.#nextDescriptor();
    return Buffer.concat([envChangeBytes('begin', descriptorBytes(this.#current)), finished()]);
  }

  #commit(): Buffer {
    if (this.#depth === 0) return failed(3902, 'COMMIT', 'BEGIN TRANSACTION');
    if (--this.#depth > 0) return finished();
    const change = envChangeBytes('commit', undefined, descriptorBytes(this.#current));
    this.#end();
    return Buffer.concat([change, finished()]);
  }

  #rollback(name: string): Buffer {
    if (this.#depth === 0) return failed(3903, 'ROLLBACK', 'BEGIN TRANSACTION');
    const savepoint = this.#savepoints.lastIndexOf(name);
    if (name !== '' && savepoint >= 0) {
      this.#savepoints.length = savepoint;
      return finished();
    }
    const change = envChangeBytes('rollback', undefined, descriptorBytes(this.#current));
    this.#end();
    return Buffer.concat([change, finished()]);
  }

  #save(name: string): Buffer {
    if (this.#depth === 0) {
      const message = 'Cannot issue SAVE TRANSACTION when there is no active transaction.';
      return Buffer.concat([error({ number: 628, message }), done({ error: true, command: 0 })]);
    }
    this.#savepoints.push(name);
    return finished();
  }

  #end(): void {
    this.#current = 0n;
    this.#depth = 0;
    this.#savepoints = [];
  }
}

function descriptorBytes(descriptor: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(descriptor);
  return bytes;
}

function finished(): Buffer {
  return done({ command: 0 });
}

function failed(number: number, request: string, missing: string): Buffer {
  const message = `The ${request} TRANSACTION request has no corresponding ${missing}.`;
  return Buffer.concat([error({ number, message }), done({ error: true, command: 0 })]);
}
