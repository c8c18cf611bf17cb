// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { atMost, figure, ratio } from "./row.ts";

Deno.test("a figure has three digits or all of a whole number's", () => {
  assertEquals(figure(0.4321), "0.43");
  assertEquals(figure(10.34, "s"), "10.3 s");
  assertEquals(figure(4327), "4,327");
  assertEquals(figure(131.4, "MB"), "131 MB");
  assertEquals(figure(0), "0");
});

Deno.test("a limit is met by the limit itself", () => {
  assertEquals(atMost(20, 20), { text: "≤ 20", met: true });
  assertEquals(atMost(20.01, 20, " s"), { text: "≤ 20 s", met: false });
});

Deno.test("there is no ratio to nothing", () => {
  assertEquals(ratio(3, 2), "1.50 ×");
  assertEquals(ratio(3, undefined), undefined);
  assertEquals(ratio(3, 0), undefined);
});
