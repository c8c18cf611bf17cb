// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { soloComponent } from "../testing/components.ts";
import { isFrontend, isPlanner, isWorker, serviceOf } from "./service_input.ts";

Deno.test("a service spans one node unless it asks for several, and two if it names no number", () => {
  const nodes = (multinode?: { nodeCount?: number }) =>
    serviceOf(soloComponent(multinode ? { multinode } : {}), "").nodes;
  assertEquals(nodes(), 1);
  assertEquals(nodes({}), 2);
  assertEquals(nodes({ nodeCount: 4 }), 4);
  assertEquals(nodes({ nodeCount: 1 }), 1);
});

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
