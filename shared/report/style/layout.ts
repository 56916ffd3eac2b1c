export const LAYOUT = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0 auto;
  padding: 2.25rem 2rem 3rem;
  max-width: 82rem;
  background: var(--ground);
  color: var(--text);
  font: 0.9375rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, h3, p, dl, dd, ul, figure, pre { margin: 0; padding: 0; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
code { overflow-wrap: anywhere; }
pre code { font-size: inherit; }
pre span { display: inline-block; max-width: 100%; }
ul { list-style: none; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.quiet, .lead, .more, figcaption { color: var(--quiet); font-weight: 400; }
.name, bdi { overflow-wrap: anywhere; }
.patterns { position: absolute; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--surface); z-index: 3; }

.head { padding-left: 1.25rem; border-left: 4px solid var(--good); }
.head.bad { border-color: var(--failed); }
.head.open { border-color: var(--landed); }
.head.mixed { border-color: var(--retried); }
.eyebrow { color: var(--quiet); font-size: 0.8125rem; letter-spacing: 0.02em; }
h1 { margin: 0.125rem 0 0.75rem; font-size: 1.75rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
.facts { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; }
.facts div { display: flex; gap: 0.5rem; min-width: 0; }
.facts dt { color: var(--quiet); white-space: nowrap; }

.totals {
  display: grid;
  grid-template-columns: repeat(6, minmax(0, auto));
  margin: 1.75rem 0 1.25rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-radius: 10px;
  overflow: hidden;
}
.totals div { padding: 0.875rem 1.25rem 0.75rem; border-left: 1px solid var(--line); margin-left: -1px; }
.totals dt { color: var(--quiet); font-size: 0.8125rem; }
.totals .value { font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -0.01em; white-space: nowrap; }
.totals .of { color: var(--quiet); font-size: 1rem; font-weight: 400; }
.totals .note { min-height: 1.5rem; color: var(--quiet); font-size: 0.8125rem; }

nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; }
nav a { display: inline-block; padding: 0.25rem 0; text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
nav .amount { color: var(--quiet); }

section { margin-top: 2.5rem; }
h2 { font-size: 1.1875rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; margin-bottom: 0.75rem; }
h2:has(+ .lead) { margin-bottom: 0.125rem; }
.lead { margin-bottom: 0.75rem; max-width: 48rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.8125rem; }

.cause {
  margin-top: 0.75rem;
  background: var(--surface);
  border: 1px solid var(--line);
  border-left: 3px solid var(--failed);
  border-radius: 10px;
  overflow: hidden;
}
.cause h3 { padding: 1rem 1.25rem 0; font-size: 1rem; font-weight: 650; }
.cause h3 code { font-size: 0.9375rem; color: var(--bad); }
.cause h3 .quiet { margin-left: 0.5rem; }
.cause dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.375rem 1rem; padding: 0.625rem 1.25rem 1rem; max-width: 64rem; }
.cause dt { color: var(--quiet); }
.cause dt.command { padding-top: 0.5rem; }
.cause dd { overflow-wrap: anywhere; }
.cause dd li + li { margin-top: 0.25rem; }
.cause pre { padding: 0.5rem 0.75rem; background: var(--raised); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.cause .scroll { border: 0; border-top: 1px solid var(--line); border-radius: 0; }
.cause table:has(thead th:nth-child(3):last-child) { width: auto; min-width: 60%; }
.cause .more { padding: 0 1.25rem 0.75rem; }

@media (max-width: 60rem) {
  .totals { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .totals div { border-top: 1px solid var(--line); margin-top: -1px; }
}
@media (max-width: 40rem) {
  body { padding: 1.25rem 1rem 2rem; }
  .head { padding-left: 0.875rem; }
  h1 { font-size: 1.375rem; }
  .facts { display: block; }
  .facts dt { min-width: 6.5rem; }
  .totals { grid-template-columns: repeat(2, minmax(0, 1fr)); margin-top: 1.25rem; }
  .totals div { padding: 0.625rem 0.875rem 0.5rem; }
  .totals .value { font-size: 1.25rem; }
  .cause dl { grid-template-columns: minmax(0, 1fr); gap: 0 0; padding: 0.5rem 1rem 1rem; }
  .cause dd + dt { margin-top: 0.5rem; }
  .cause dt.command { padding: 0 0 0.25rem; }
  .cause h3 { padding: 0.875rem 1rem 0; }
  .cause table:has(thead th:nth-child(3):last-child) { min-width: 100%; }
}`;
