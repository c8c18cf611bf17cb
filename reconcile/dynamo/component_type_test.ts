// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { isFrontend, isPlanner, isWorker } from "./component_type.ts";

Deno.test("types are matched exactly", () => {
  assertEquals(isFrontend({ componentType: "frontend" }), true);
  assertEquals(isFrontend({ componentType: "Frontend" }), false);
  assertEquals(isPlanner({ componentType: "planner" }), true);
  assertEquals(isPlanner({}), false);
  const types = ["worker", "prefill", "decode", "planner", "default"];
  assertEquals(types.filter((componentType) => isWorker({ componentType })), [
    "worker",
    "prefill",
    "decode",
  ]);
  assertEquals(isWorker({}), false);
});
