#!/usr/bin/env node
// Plain JavaScript on purpose: an older Node.js cannot read the TypeScript behind it, and should say so in one line.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(`Landfall needs Node.js 24; this is ${process.versions.node}. Start it with "npx landfall".\n`);
  process.exit(2);
}
// A reader such as `head` may leave early; the tables must land all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
const { tuneHeap } = await import('../shared/lambda/heap.ts');
tuneHeap();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
