import type { RunReport } from './model.ts';
import { earlierRunsSection } from './sections/earlier-runs.ts';
import { failuresSection } from './sections/failures.ts';
import { jumpedTables, jumpList, slowestList, tableList } from './sections/tables.ts';
import { totalsRow } from './sections/totals.ts';
import { typeSection } from './sections/types.ts';
import { STYLE } from './style/style.ts';
import { clockText, count, counted, dayText } from './text/figures.ts';
import { headline, outcomeOf, tallyOf } from './text/headline.ts';
import { html, type Markup } from './text/html.ts';
import { patterns } from './timeline/patterns.ts';
import { timelineSection } from './timeline/timeline-section.ts';

/** Nothing is fetched and nothing runs, whatever a name in the page holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Section {
  readonly id: string;
  readonly title: string;
  /** How many there are of what the section is about. */
  readonly amount?: number;
  readonly lead?: string;
  readonly body: Markup;
}

/** The report of a run as one HTML document that needs nothing besides itself. */
export function reportPage(report: RunReport): string {
  const tally = tallyOf(report);
  const title = headline(tally, report.causes.length);
  const sections = sectionsOf(report);
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${report.source} run ${report.runId}: ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${patterns()}
<header class="head ${outcomeOf(tally)}">
<p class="eyebrow">Landfall run report</p>
<h1>${title}</h1>
${factsOf(report)}
</header>
<main id="content" tabindex="-1">
${totalsRow(report)}
<nav aria-label="Sections"><ul>${sections.map(
      ({ id, title: name, amount }) =>
        html`<li><a href="#${id}">${name}</a>${amount !== undefined && html` <span class="amount">${count(amount)}</span>`}</li>`,
    )}</ul></nav>
${sections.map(sectionOf)}
</main>
<footer>
<p>All times are in UTC. Costs are those of the attempts behind what landed, at list prices.</p>
<p>Made by Landfall ${report.version} at ${dayText(report.madeAt)}, ${clockText(report.madeAt)} UTC.</p>
</footer>
</body>
</html>`.text
  }\n`;
}

function factsOf({ source, runId, scheduledAt, endedAt, tables }: RunReport): Markup {
  const late = tables.filter(
    (table) => endedAt !== undefined && table.endedAt !== undefined && table.endedAt > endedAt,
  );
  return html`<dl class="facts">
<div><dt>Source</dt><dd><bdi>${source}</bdi></dd></div>
<div><dt>Run</dt><dd><code>${runId}</code></dd></div>
<div><dt>Scheduled for</dt><dd>${moment(scheduledAt)}</dd></div>
<div><dt>Ended</dt><dd>${endedAt === undefined ? 'not yet' : moment(endedAt)}${late.length > 0 && `; ${counted(late.length, 'table')} later, by a replay`}</dd></div>
</dl>`;
}

function moment(iso: string): Markup {
  return html`<time datetime="${iso}">${dayText(iso)}, ${clockText(iso)} UTC</time>`;
}

function sectionOf({ id, title, lead, body }: Section): Markup {
  return html`
<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${lead !== undefined && html`<p class="lead">${lead}</p>`}
${body}
</section>`;
}

function sectionsOf(report: RunReport): Section[] {
  const { causes, tables, typeWarnings, earlierRuns } = report;
  const jumps = jumpedTables(report).length;
  const slowest = slowestList(report);
  const failed = causes.reduce((sum, cause) => sum + cause.tables.length, 0);
  const sections: (Section | false)[] = [
    failed > 0 && { id: 'failures', title: 'Failures', amount: failed, body: failuresSection(report) },
    jumps > 0 && { id: 'rows', title: 'Unusual rows', amount: jumps, lead: JUMPS, body: jumpList(report) },
    { id: 'timeline', title: 'Timeline', body: timelineSection(report) },
    slowest !== undefined && { id: 'slowest', title: 'Slowest tables', lead: SLOWEST, body: slowest },
    { id: 'tables', title: 'Tables', amount: tables.length, lead: CHANGE, body: tableList(report) },
    typeWarnings.length > 0 && {
      id: 'types',
      title: 'Type contract',
      amount: typeWarnings.length,
      lead: TYPES,
      body: typeSection(report),
    },
    earlierRuns.length > 0 && { id: 'runs', title: 'Earlier runs', body: earlierRunsSection(report) },
  ];
  return sections.filter((section) => section !== false);
}

const JUMPS =
  'These tables landed more than 50 % and 1,000 rows more or less than the median of the last runs, or no row where they had some.';
const SLOWEST = 'At work is the time in which at least one extractor was at the table, failed attempts included.';
const CHANGE = 'Change is against the median of the last runs that compare. Took is from the beginning to the landing.';
const TYPES = 'These columns did not land in the type or with all the digits that the database has.';
