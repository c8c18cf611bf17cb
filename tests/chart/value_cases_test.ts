// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { allPairs, pairsOf, valueCases } from "./value_cases.ts";

Deno.test("the value cases cover every pair of states of two settings", () => {
  const covered = new Set(valueCases().flatMap(({ states }) => pairsOf(states)));
  assertEquals([...allPairs()].filter((pair) => !covered.has(pair)), []);
});

Deno.test("there are at least twelve value cases, and the first contains no values", () => {
  const cases = valueCases();
  assert(cases.length >= 12, `${cases.length} cases`);
  assertEquals(cases[0]?.values, {});
});
