/**
 * Stands in for a module that is loaded and never called: whatever is looked up in it is there. Should it be called after
 * all, the error names what is missing; a stand-in that does nothing would hide it.
 */
export function absent(name: string): object {
  const refuse = (): never => {
    throw new Error(`${name} was left out of this bundle`);
  };
  // A class, as it may be called, constructed and extended, where an arrow function may not.
  return new Proxy(class {}, {
    get: (target, key) => (isOwn(target, key) ? Reflect.get(target, key) : absent(`${name}.${String(key)}`)),
    apply: refuse,
    construct: refuse,
  });
}

/** What the language and esbuild's own code look up in a module or a class, and would take for true. */
function isOwn(target: object, key: string | symbol): boolean {
  return typeof key === 'symbol' || key in target || key === '__esModule' || key === 'then';
}
