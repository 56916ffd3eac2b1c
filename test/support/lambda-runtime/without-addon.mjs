import { registerHooks } from 'node:module';

/**
 * Loaded before aws-lambda-ric: its `require('./rapid-client.node')` gives our client when the addon is not built.
 * Everything else of the package runs as it is.
 */
const ADDON = './rapid-client.node';

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier !== ADDON) return nextResolve(specifier, context);
    try {
      return nextResolve(specifier, context);
    } catch {
      return { url: new URL('./rapid-client.mjs', import.meta.url).href, shortCircuit: true };
    }
  },
});
