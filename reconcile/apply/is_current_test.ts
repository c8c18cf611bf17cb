// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { isCurrent } from "./is_current.ts";
import type { Planned } from "./planned.ts";
import { applied, parentObject, planned, service, type TestObject } from "./testing/objects.ts";

const plan = planned(service("a"));

function current(
  live: readonly TestObject[],
  work: { planned?: readonly Planned[]; prune?: readonly TestObject[] } = {},
): boolean {
  const store = {
    get: (key: string) => live.find(({ metadata }) => `ns/${metadata.name}` === key),
    write() {},
    removed() {},
  };
  return isCurrent({ parent: parentObject(), planned: [plan], ...work }, {
    stores: () => ({ resource: plan.resource, store }),
    dropped: { get: () => undefined },
    hasSameIdentity: () => true,
  });
}

Deno.test("a plan is current if every planned object is stored as planned", () => {
  const live = applied(plan);
  assertEquals(current([live]), true);
  assertEquals(current([]), false);
  assertEquals(current([{ ...live, spec: { ports: [{ port: 81 }] } }]), false);
  assertEquals(current([service("a")]), false, "a foreign object");
  const deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(current([applied(plan, { deletionTimestamp })]), false);
  assertEquals(current([service("a")], { planned: [{ ...plan, policy: "create" }] }), true);
});

Deno.test("a plan that prunes an object or waits for a deletion is not current", () => {
  const live = applied(plan);
  assertEquals(current([live], { prune: [service("b")] }), false);
  assertEquals(current([live], { planned: [{ ...plan, after: [service("b")] }] }), false);
  const drifted = { ...live, spec: { ports: [{ port: 81 }] } };
  assertEquals(current([drifted], { planned: [{ ...plan, held: true }] }), false);
});
