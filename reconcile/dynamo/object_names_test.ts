// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { checkObjectName, isServiceName } from "./object_names.ts";
import { PlanError } from "./problem.ts";

Deno.test("the name of a Service is a DNS-1035 label", () => {
  const names = ["a", "chat-worker-2", "a".repeat(63)];
  assertEquals(names.map(isServiceName), [true, true, true]);
  for (const name of ["", "1a", "a.b", "A", "a-", "a".repeat(64)]) {
    assertEquals(isServiceName(name), false, name);
  }
});

Deno.test("the names of other objects are DNS-1123 subdomains, and the error names the field", () => {
  for (const name of ["1", "models.cache.v1", "a".repeat(253)]) {
    checkObjectName("name", "PersistentVolumeClaim", name);
  }
  for (const name of ["", "My_Models", "a..b", "-a", "a.", "a".repeat(254)]) {
    const error = assertThrows(
      () => checkObjectName("volumeMounts[0].name", "PersistentVolumeClaim", name),
      PlanError,
      "PersistentVolumeClaim",
    );
    assertEquals(error.field, "volumeMounts[0].name");
  }
});
