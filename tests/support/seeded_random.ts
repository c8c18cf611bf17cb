/** Returns a random number generator (mulberry32) for [0, 1). The same seed always results in the same numbers. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Returns the value of DYNAMO_TEST_SEED, which repeats an earlier test; if it is not set, a random seed. */
export function seedOfRun(): number {
  const given = Deno.env.get("DYNAMO_TEST_SEED");
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}
