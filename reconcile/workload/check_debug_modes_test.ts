// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import { checkDebugModes } from "./check_debug_modes.ts";

Deno.test("each annotation that enables a debug mode is refused with its path and a remedy", () => {
  for (
    const key of ["nvidia.com/enable-debug-mode", "nvidia.com/enable-stealing-traffic-debug-mode"]
  ) {
    const check = () => checkDebugModes({ annotations: { other: "true", [key]: "true" } });
    const { field, message } = assertThrows(check, PlanError);
    assertEquals(field, `annotations[${key}]`);
    assertEquals(
      message,
      "is not supported, because the operator has no debug modes: remove the annotation, " +
        "and debug running pods with `kubectl debug`",
    );
  }
});

Deno.test("annotations that leave the debug modes disabled are accepted, as in the Go operator", () => {
  checkDebugModes({});
  for (const value of ["false", "True", "1", ""]) {
    checkDebugModes({ annotations: { "nvidia.com/enable-debug-mode": value } });
  }
  checkDebugModes({
    annotations: { "nvidia.com/enable-debug-pod-receive-production-traffic": "true" },
  });
});
