// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { unplanned } from "./observed.ts";
import { service } from "./testing/objects.ts";

Deno.test("owned objects are unplanned unless a planned one has their kind and name", () => {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a" } };
  assertEquals(unplanned([service("a"), service("b"), account], [{ manifest: service("a") }]), [
    service("b"),
    account,
  ]);
});

Deno.test("an object that is being deleted stays in the list", () => {
  const deleting = service("a");
  deleting.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(unplanned([deleting], []), [deleting]);
});
