/** The way from the top of a config to one of its values, such as `['sources', 'shop', 'tables', 0]`. */
export type ConfigPath = readonly (string | number)[];

const LONGEST_STEP = 80;
const LOOKS_LIKE_CONTENT = /^\s*[{[]|:\/\/[^/\s]*@/;

/** As people write it: `sources.shop.tables."public.orders".format`, `Tables[0].sql_query`. */
export function pathText(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? stepText(step) : `.${stepText(step)}`;
  }
  return text;
}

function stepText(step: string): string {
  if (/^[\w-]+$/.test(step) && step.length <= LONGEST_STEP) return step;
  // A key that holds a whole document or a URL with a login may hold a password as well.
  if (LOOKS_LIKE_CONTENT.test(step)) return '"…"';
  return JSON.stringify(step.length > LONGEST_STEP ? `${step.slice(0, LONGEST_STEP)}…` : step);
}
