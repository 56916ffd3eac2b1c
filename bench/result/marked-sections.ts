/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. @throws Error when a marker is missing */
export function withSections(text: string, sections: ReadonlyMap<string, string>): string {
  let whole = text;
  for (const [name, section] of sections) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const from = whole.indexOf(begin);
    const to = whole.indexOf(end, from);
    if (from < 0 || to < 0) throw new Error(`The document does not have ${begin} and ${end}.`);
    whole = `${whole.slice(0, from + begin.length)}\n\n${section}\n\n${whole.slice(to)}`;
  }
  return whole;
}
