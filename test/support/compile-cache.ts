import { join } from 'node:path';

/** For Node.js in a process of its own: half of the CPU time in which the command or a worker starts is for compiling. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(import.meta.dirname, '../../.tmp/compile-cache') };
