/** Paper is white, whatever the screen is; tables do not scroll on it. */
export const PRINT = `
@page { margin: 14mm 12mm; }
@media print {
  :root {
    color-scheme: light;
    --ground: #fff; --surface: #fff; --raised: #f4f5f7; --text: #000; --quiet: #444c56; --line: #cfd5dd; --link: #000;
    --landed: #4a86d8; --good: #1b7440; --warn: #7a4600; --warn-ground: #fff4e0; --retried: #c9822b; --retried-ground: #fbe7cb;
    --bad: #a01f18; --bad-ground: #fff; --failed: #d0433a; --failed-ground: #f9d7d4; --pause: #e9ecf1;
  }
  html { font-size: 11px; }
  .outcome .quiet { font-size: 6pt; }
  body { padding: 0; max-width: none; font-size: 9pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip, details { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 7pt; }
  th, td { padding: 1.5pt 3pt; min-width: 0; }
  th:first-child { padding-left: 6pt; }
  thead th { font-size: 6.5pt; white-space: normal; }
  .outcome { white-space: normal; }
  .outcome code { font-size: 6pt; }
  td .spark { width: 26px; height: 11px; }
  tbody th { position: static; min-width: 0; max-width: 11rem; }
  .message { min-width: 0; }
  .totals { grid-template-columns: repeat(6, minmax(0, auto)); }
  .totals div { padding: 6pt 8pt; }
  .totals .value { font-size: 13pt; }
  .chart { --names: 9rem; }
  .row { display: grid; padding: 0; }
  thead { display: table-header-group; }
  tr, .row, .totals, .cause dl { break-inside: avoid; }
  h2, h3, .lead { break-after: avoid; }
}`;
