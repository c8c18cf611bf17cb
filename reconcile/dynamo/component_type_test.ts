// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { isFrontend, isWorker, nodeCount } from "./component_type.ts";

Deno.test("types are matched exactly", () => {
  assertEquals(isFrontend({ componentType: "frontend" }), true);
  assertEquals(isFrontend({ componentType: "Frontend" }), false);
  const workers = ["worker", "prefill", "decode", "planner", "default"];
  assertEquals(workers.filter((componentType) => isWorker({ componentType })), [
    "worker",
    "prefill",
    "decode",
  ]);
  assertEquals(isWorker({}), false);
});

Deno.test("a component spans one node unless it says otherwise, and then at least two", () => {
  assertEquals(nodeCount({}), 1);
  assertEquals(nodeCount({ multinode: {} }), 2);
  assertEquals(nodeCount({ multinode: { nodeCount: 4 } }), 4);
});
