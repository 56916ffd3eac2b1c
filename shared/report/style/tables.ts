export const TABLES = `
.scroll { position: relative; overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: 0.875rem; }
th, td { padding: 0.4375rem 0.75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
th:first-child { padding-left: 1.25rem; }
th:last-child, td:last-child { padding-right: 1.25rem; }
thead th { color: var(--quiet); font-weight: 500; font-size: 0.8125rem; white-space: nowrap; vertical-align: bottom; }
tbody th { position: sticky; left: 0; z-index: 1; min-width: 10rem; background: var(--surface); font-weight: 500; }
td { min-width: 4rem; }
td .name, th .name, td code { display: inline-block; max-width: 16rem; overflow-wrap: break-word; }
.number { text-align: right; white-space: nowrap; }
td time { white-space: nowrap; }
.message { display: block; min-width: 18rem; max-width: 44rem; overflow-wrap: anywhere; }
td .setting { display: block; min-width: 12rem; }
tr.bad > th { box-shadow: inset 3px 0 var(--failed); }
tr.current > * { background: var(--raised); }
tr.current > th { font-weight: 650; }
.more { padding-top: 0.5rem; font-size: 0.875rem; }

.outcome { white-space: nowrap; }
.outcome .quiet { display: block; padding-left: 1rem; font-size: 0.8125rem; }
.standing { white-space: nowrap; }
.standing::before { content: ""; display: inline-block; width: 0.5rem; height: 0.5rem; margin-right: 0.5rem; border-radius: 50%; background: var(--good); }
.standing.empty::before { background: none; border: 2px solid var(--good); }
.standing.failed { color: var(--bad); font-weight: 600; }
.standing.failed::before { border-radius: 0; background: var(--failed); transform: rotate(45deg); }
.standing.superseded::before { height: 0.1875rem; margin-bottom: 0.1875rem; border-radius: 0; background: var(--quiet); }
.standing.retrying::before { background: var(--retried); border-radius: 0; }
.standing.reading::before { background: var(--landed); }
.standing.queued::before, .standing.planned::before { background: none; border: 2px solid var(--quiet); }
.flag { padding: 0.0625rem 0.4375rem; border-radius: 4px; background: var(--warn-ground); color: var(--warn); font-weight: 600; }

.spark { display: block; overflow: visible; }
.spark path { fill: var(--quiet); opacity: 0.55; }
.spark .now { fill: var(--landed); opacity: 1; }
.note .spark { margin-top: 0.125rem; }
td .spark { margin: 0.0625rem 0; }
.share { display: block; width: 100px; margin-top: 0.4375rem; }
.share .trough { fill: var(--raised); }
.landed { fill: var(--landed); }

@media (max-width: 40rem) {
  th, td { padding: 0.4375rem 0.625rem; }
  th:first-child { padding-left: 0.875rem; }
  tbody th { min-width: 7rem; border-right: 1px solid var(--line); }
  tbody th .name { max-width: 9rem; }
  table.stacks, .stacks tbody, .stacks tr, .stacks th, .stacks td { display: block; }
  .stacks thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stacks tbody tr { padding: 0.625rem 0.875rem; border-bottom: 1px solid var(--line); }
  .stacks tbody tr:last-child { border-bottom: 0; }
  .stacks tbody th, .stacks tbody td { min-width: 0; padding: 0; border: 0; text-align: left; white-space: normal; }
  .stacks tbody th { position: static; font-weight: 600; }
  .stacks th .name, .stacks td .name, .stacks td code { display: inline; max-width: none; overflow-wrap: anywhere; }
  .stacks td::before { content: attr(data-title) ": "; color: var(--quiet); }
  .stacks .message, .stacks .setting { display: inline; }
}`;
