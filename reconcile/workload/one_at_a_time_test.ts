// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { applied, planned, service, type TestObject } from "../apply/testing/objects.ts";
import { oneAtATime } from "./one_at_a_time.ts";

type Live = "absent" | "current" | "outdated" | "outdated and unready" | "unready" | "deleting";

/** Returns the names of the objects that may change now. */
function changing(...states: Live[]): string[] {
  const items = states.map((_, index) => planned(service(`s${index}`)));
  const live = new Map(items.flatMap((item, index): [string, TestObject][] => {
    const state = states[index];
    if (state === "absent") return [];
    const { name } = item.manifest.metadata;
    const old = planned(service(name, 81));
    const object = applied(state?.startsWith("outdated") ? old : item);
    if (state === "deleting") object.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
    return [[name, { ...object, ready: !state?.includes("unready") }]];
  }));
  const ordered = oneAtATime(items, {
    live: ({ manifest }) => live.get(manifest.metadata.name),
    isReady: (object) => (object as TestObject)["ready"] === true,
  });
  return ordered.filter(({ held }) => !held).map(({ manifest }) => manifest.metadata.name);
}

Deno.test("one ready object changes if all others are ready", () => {
  assertEquals(changing("outdated", "outdated", "current"), ["s0", "s2"]);
  assertEquals(changing("current", "outdated", "outdated"), ["s0", "s1"]);
});

Deno.test("ready objects are held while another is not ready, absent or being deleted", () => {
  for (const state of ["unready", "absent", "deleting"] as const) {
    assertEquals(changing("outdated", state), ["s1"]);
  }
});

Deno.test("objects that are not ready change at once", () => {
  assertEquals(changing("outdated and unready", "outdated and unready", "outdated"), ["s0", "s1"]);
});
