export const TIMELINE = `
.timeline { padding: 1rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-bottom: 0.75rem; color: var(--quiet); font-size: 0.8125rem; }
.legend svg { margin-right: 0.5rem; vertical-align: -0.0625rem; }
.chart { --names: 14rem; padding-right: 0.875rem; }
.chart svg { display: block; overflow: visible; }
.axis { margin-left: var(--names); }
.axis text { fill: var(--quiet); font-size: 0.75rem; }
.lanes { position: relative; }
.lanes .grid { position: absolute; left: var(--names); top: 0; width: calc(100% - var(--names)); height: 100%; }
.grid line { stroke: var(--line); }
.pause { fill: var(--pause); }
.row { position: relative; display: grid; grid-template-columns: var(--names) minmax(0, 1fr); align-items: center; }
.row .label { overflow: hidden; padding-right: 1rem; color: var(--text); font-size: 0.8125rem; line-height: 1.375rem; text-overflow: ellipsis; white-space: nowrap; }
.row.bad .label { color: var(--bad); font-weight: 600; }
.timeline .landed { fill: var(--landed); stroke: var(--surface); stroke-width: 1; }
.timeline .open { fill: none; stroke: var(--landed); stroke-width: 1.5; stroke-dasharray: 3 2; }
.timeline .retried { fill: url(#hatch-retried); stroke: var(--retried); }
.timeline .failed { fill: url(#hatch-failed); stroke: var(--failed); }
#hatch-retried .ground { fill: var(--retried-ground); }
#hatch-retried .stripe { fill: var(--retried); }
#hatch-failed .ground { fill: var(--failed-ground); }
#hatch-failed .stripe { fill: var(--failed); }
.mark { fill: none; stroke-width: 2; }
.failed-mark { stroke: var(--bad); }
.empty-mark { stroke: var(--good); fill: var(--surface); }
figcaption { margin-top: 0.75rem; font-size: 0.8125rem; }
details { margin-top: 0.75rem; }
summary { width: fit-content; cursor: pointer; color: var(--link); }
details .scroll { margin-top: 0.5rem; }

@media (max-width: 40rem) {
  .timeline { padding: 0.875rem; }
  .chart { --names: 0rem; }
  .row { display: block; padding-bottom: 0.25rem; }
  .row .label { display: block; line-height: 1.25rem; }
  .axis text { font-size: 0.6875rem; }
}`;
