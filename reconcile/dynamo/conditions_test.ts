// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { REASONS } from "./conditions.ts";

Deno.test("reasons that the Go operator has too keep its values", () => {
  const { allReady, someNotReady, reconcileFailed, deploymentReady, deploymentNotReady } = REASONS;
  assertEquals(
    [allReady, someNotReady, reconcileFailed],
    [
      "all_resources_are_ready",
      "some_resources_are_not_ready",
      "failed_to_reconcile_the_resources",
    ],
  );
  assertEquals([deploymentReady, deploymentNotReady], ["DeploymentReady", "DeploymentNotReady"]);
  const { componentReady, componentNotReady, validationFailed } = REASONS;
  assertEquals([componentReady, componentNotReady], ["ComponentReady", "ComponentNotReady"]);
  assertEquals(validationFailed, "ValidationFailed");
});
