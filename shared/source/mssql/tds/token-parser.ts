import streamParser from 'tedious/lib/token/stream-parser.js';

/** tedious' parser of single tokens: `write` bytes, `read` tokens. */
export type TokenParser = streamParser.default;

// Its declarations tell of a default export, but the module is the class itself.
export const TokenParser = streamParser as unknown as typeof streamParser.default;
