import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeDemoFolder } from '../../../../local/postgres/demo-folder.ts';
import { startEmbeddedPostgres } from '../../../../local/postgres/embedded.ts';

/** Starts a server as the demo does, says where, and waits to be killed. */
const folder = makeDemoFolder('landfall-test-demo-', process.argv[2]!);
mkdirSync(join(folder, 'postgres'));
const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres') });
console.log(JSON.stringify({ folder, pid: server.pid, port: server.port }));
