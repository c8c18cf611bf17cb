/** Returns a generator (mulberry32) of random numbers in [0, 1). The same seed always produces the same numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Returns the seed in DYNAMO_TEST_SEED, which repeats an earlier run of a test. Returns a random seed if the variable
 * is not set.
 */
export function seedOfRun(): number {
  const given = Deno.env.get("DYNAMO_TEST_SEED");
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}
