import { type DrainOrders, drainTables } from './drain-tables.ts';

// Whoever started it holds the other end: nobody is left behind by a load that is broken off.
process.stdin.once('end', () => process.exit(1)).resume();

const report = await drainTables(JSON.parse(process.argv[2]!) as DrainOrders);
process.stdout.write(`\n${JSON.stringify({ ...report, peakMb: process.resourceUsage().maxRSS / 1_024 })}\n`);
process.exit();
