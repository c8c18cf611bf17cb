// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphComponent, soloComponent } from "../testing/components.ts";
import { graphOf } from "./gather.ts";

Deno.test("the graph of a component is the one that controls it", () => {
  assertEquals(graphOf(graphComponent({}))?.name, "demo");
  assertEquals(graphOf(soloComponent({})), undefined);
});
