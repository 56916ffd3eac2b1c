import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';

export interface TempFileOptions {
  /** The first write stops half-way with ENOSPC, as a test planned. */
  readonly diskFull: boolean;
  readonly fsync: boolean;
}

/** A new file that is removed on disposal unless it was moved away. */
export class TempFile implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #options: TempFileOptions;
  #closed = false;

  private constructor(path: string, file: FileHandle, options: TempFileOptions) {
    this.path = path;
    this.#file = file;
    this.#options = options;
  }

  static async create(path: string, options: TempFileOptions): Promise<TempFile> {
    return new TempFile(path, await open(path, 'wx'), options);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const wanted = this.#options.diskFull ? bytes.subarray(0, bytes.length >> 1) : bytes;
    for (let written = 0; written < wanted.length; ) {
      written += (await this.#file.write(wanted, written)).bytesWritten;
    }
    if (this.#options.diskFull) {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
  }

  /** Nothing more is written. Inode and modification time stay the same when the file is moved. */
  async finish(): Promise<BigIntStats> {
    if (this.#options.fsync) await this.#file.sync();
    const stat = await this.#file.stat({ bigint: true });
    await this.#close();
    return stat;
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await rm(this.path, { force: true });
  }
}
