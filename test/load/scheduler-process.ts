import { scheduleTables } from './schedule-tables.ts';

const report = await scheduleTables(JSON.parse(process.argv[2]!) as Readonly<Record<string, string>>);
process.stdout.write(`\n${JSON.stringify({ ...report, peakMb: process.resourceUsage().maxRSS / 1_024 })}\n`);
