import type { Values } from "./render.ts";
import { SWITCHES } from "./switches.ts";

/** A test case: Helm values that configure each setting of {@link SWITCHES} in one of its possible ways. */
export interface ValueCase {
  /** For each setting, the index of the chosen entry in its list of states, in the order of {@link SWITCHES}. */
  states: number[];
  values: Values;
}

/**
 * Returns test cases for pairwise testing: every combination of the states of any two settings occurs in a test case. A
 * greedy algorithm chooses for each setting the state that adds the most new combinations.
 */
export function valueCases(): ValueCase[] {
  const missing = allPairs();
  const cases: ValueCase[] = [];
  while (missing.size > 0) {
    const states: number[] = [];
    for (const [index, { states: possible }] of SWITCHES.entries()) {
      const gains = possible.map((_, state) => {
        const chosen = [...states, state];
        const now = pairsOf(chosen).filter((pair) => missing.has(pair)).length;
        const later = [...missing].filter((pair) => pair.includes(`${index}:${state}|`)).length;
        return now + later / 1000;
      });
      states.push(gains.indexOf(Math.max(...gains)));
    }
    const before = missing.size;
    for (const pair of pairsOf(states)) missing.delete(pair);
    if (missing.size === before) throw new Error(`Cannot cover the pair ${[...missing][0]}`);
    const values: Values = {};
    for (const [index, state] of states.entries()) SWITCHES[index]?.states[state]?.(values);
    cases.push({ states, values });
  }
  return cases;
}

/**
 * Returns every combination of the states of any two settings. The text `0:1|2:0|` means state 1 of setting 0 together
 * with state 0 of setting 2.
 */
export function allPairs(): Set<string> {
  const pairs = new Set<string>();
  for (const [i, first] of SWITCHES.entries()) {
    for (const [j, second] of SWITCHES.entries()) {
      if (j <= i) continue;
      for (const a of first.states.keys()) {
        for (const b of second.states.keys()) pairs.add(pair(i, a, j, b));
      }
    }
  }
  return pairs;
}

/**
 * Returns the combinations of two states in a test case, in the format of {@link allPairs}. `states` contains the index
 * of the state of each setting.
 */
export function pairsOf(states: readonly number[]): string[] {
  return states.flatMap((b, j) => states.slice(0, j).map((a, i) => pair(i, a, j, b)));
}

function pair(i: number, a: number, j: number, b: number): string {
  return `${i}:${a}|${j}:${b}|`;
}
