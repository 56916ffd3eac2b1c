/**
 * Whether tests try everything there is to try: with LANDFALL_TEST_EXHAUSTIVE=1. `npm test` without it tries a dense sample
 * of what differs little, such as the places at which one stream is cut.
 */
export const isExhaustive = process.env.LANDFALL_TEST_EXHAUSTIVE === '1';
