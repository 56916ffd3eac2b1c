import { html, type Markup } from '../text/html.ts';

/** What the bars of failed attempts are filled with: hatched, so that nobody needs the colour. */
export function patterns(): Markup {
  return html`<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
<pattern id="hatch-retried" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ground" width="6" height="6"/><rect class="stripe" width="2.5" height="6"/></pattern>
<pattern id="hatch-failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="ground" width="6" height="6"/><rect class="stripe" width="3.5" height="6"/></pattern>
</defs></svg>`;
}
