import { ConsistencyError } from '../core/errors.ts';
import type { Versioned } from './ledger.ts';
import type { NewText, TextStore } from './text-store.ts';

/** What is to replace a record; undefined when nothing is. */
export type RecordChange<T> = (standing: T | undefined) => Promise<T | undefined> | T | undefined;

export interface Updated<T> {
  readonly changed: boolean;
  /** What stands then. */
  readonly value: T | undefined;
}

/** Records as JSON documents in a store of texts, with its rules of writing. */
export class JsonStore {
  readonly #texts: TextStore;

  constructor(texts: TextStore) {
    this.#texts = texts;
  }

  async read<T>(key: string): Promise<Versioned<T> | undefined> {
    const stored = await this.#texts.read(key);
    return stored && { value: parseRecord<T>(key, stored.text), etag: stored.etag };
  }

  /** As TextStore.create. */
  async create<T>(key: string, value: T): Promise<{ readonly created: boolean; readonly value: T }> {
    const { created, text } = await this.#texts.create(key, jsonText(value));
    return { created, value: created ? value : parseRecord<T>(key, text) };
  }

  /** As TextStore.write, with the new version. */
  async write<T>(key: string, value: T, etag: string | undefined): Promise<Versioned<T> | undefined> {
    const written = await this.#texts.write(key, jsonText(value), etag);
    return written === undefined ? undefined : { value, etag: written };
  }

  /** As TextStore.update. */
  async update<T>(key: string, change: RecordChange<T>): Promise<Updated<T>> {
    let value: T | undefined;
    const changed = await this.#texts.update(key, async (stored) => {
      value = stored && parseRecord<T>(key, stored.text);
      const next = await change(value);
      if (next === undefined) return undefined;
      value = next;
      return jsonText(next);
    });
    return { changed, value };
  }
}

function jsonText(value: unknown): NewText {
  return { text: `${JSON.stringify(value, null, 2)}\n`, contentType: 'application/json' };
}

function parseRecord<T>(key: string, text: string): T {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw unreadable(key, 'is not JSON', cause);
  }
  if ((parsed as { version?: unknown } | null)?.version !== 1) {
    throw unreadable(key, `has version ${String((parsed as { version?: unknown } | null)?.version)}`);
  }
  return parsed as T;
}

function unreadable(key: string, found: string, cause?: unknown): ConsistencyError {
  return new ConsistencyError('RECORD_UNREADABLE', `The ledger's record ${key} ${found}; expected version 1.`, {
    cause,
    retry: 'permanent',
    remedy: 'Restore the object from its previous S3 version.',
  });
}
