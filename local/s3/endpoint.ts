import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError, errorText } from '../../shared/core/errors.ts';
import { Faults } from './faults.ts';
import { S3Error } from './s3-error.ts';
import { type Serving, serve } from './serve.ts';
import { type FolderOptions, Folders } from './store/folders.ts';
import { ObjectStore } from './store/object-store.ts';
import { UploadStore } from './store/upload-store.ts';

export interface S3EndpointOptions extends FolderOptions {
  /** Buckets are folders in it, objects are plain files: `<rootFolder>/<bucket>/<key>`. Made when missing. */
  readonly rootFolder: string;
  /**
   * Headers, ETags, checksums, multipart uploads and temporary files, on the same file system.
   * `<rootFolder>/.landfall/s3` when left out.
   */
  readonly stateFolder?: string;
  /** 0, which is any free port, when left out. */
  readonly port?: number;
  /** What every part but the last of a multipart upload has at least; 5 MiB, as in S3, when left out. */
  readonly minPartSizeBytes?: number;
}

export interface S3Endpoint {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** What is to go wrong, for tests. */
  readonly faults: Faults;
  /**
   * A bucket that is there already is left as it is.
   *
   * @throws ConfigError when the name is no bucket name
   */
  createBucket(name: string): Promise<void>;
  /** Ends open connections too. Objects and multipart uploads in progress stay. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 60_000;
/** Of a connection on which nothing moves. */
const IDLE_TIMEOUT_MS = 10 * 60_000;
/** Longer than SDK clients keep an idle connection, so that they do not send on one that is being closed. */
const KEEP_ALIVE_MS = 120_000;
const MIN_PART_SIZE_BYTES = 5 * 1024 * 1024;

/**
 * An S3 endpoint of our own on the loopback interface, for local runs and tests. Requests are not authenticated.
 *
 * Unlike S3 it has no versions, access lists, object tags or encryption, refuses keys that cannot be file paths, and
 * stores no checksum for an object that was sent without one. On a file system that does not tell upper case from lower,
 * keys that differ in nothing else are one file.
 *
 * @throws ConfigError when the folders cannot be used or the port is taken
 */
export async function startS3Endpoint(options: S3EndpointOptions): Promise<S3Endpoint> {
  const folders = await Folders.open(options);
  const objects = new ObjectStore(folders);
  const uploads = new UploadStore(folders);
  const minPartSizeBytes = options.minPartSizeBytes ?? MIN_PART_SIZE_BYTES;
  const faults = new Faults();
  const closing = new AbortController();
  const services = { folders, objects, uploads, minPartSizeBytes };
  const { server, settle } = newServer({ services, faults, closing: closing.signal });
  try {
    await listen(server, options.port ?? 0);
  } catch (thrown) {
    await folders.close();
    throw thrown;
  }
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    faults,
    createBucket: (name) => createBucket(objects, name),
    async close() {
      closing.abort();
      await closeServer(server);
      await settle();
      await folders.close();
    },
  };
}

/** The server, and a wait for the work of requests whose connections are gone already. */
function newServer(serving: Serving): { server: Server; settle: () => Promise<unknown> } {
  const open = new Set<Promise<void>>();
  const server = createServer((message, response) => {
    const served = serve(message, response, serving).finally(() => open.delete(served));
    open.add(served);
  });
  setTimeouts(server);
  return { server, settle: () => Promise.allSettled(open) };
}

function setTimeouts(server: Server): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  // The default of five minutes for a whole request would cut a large upload.
  server.requestTimeout = 0;
  server.timeout = IDLE_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const message = `The local S3 endpoint cannot listen on 127.0.0.1:${port}: ${errorText(thrown)}`;
      reject(
        new ConfigError('S3_PORT', message, { cause: thrown, remedy: 'Give another port, or 0 for any free one.' }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function createBucket(objects: ObjectStore, name: string): Promise<void> {
  try {
    await objects.createBucket(name);
  } catch (thrown) {
    if (!(thrown instanceof S3Error)) throw thrown;
    if (thrown.code !== 'BucketAlreadyOwnedByYou') throw new ConfigError('S3_BUCKET_NAME', thrown.message);
  }
}
