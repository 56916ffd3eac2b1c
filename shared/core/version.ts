/**
 * Landfall's own version: that of package.json, which a bundle does not have beside it. A test holds the two together.
 */
export const VERSION = '0.1.0';
