// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { atMost, figure, ratio, spreadFigure } from "./row.ts";

Deno.test("a figure shows three digits, or all digits of an integer", () => {
  assertEquals(figure(0.4321), "0.43");
  assertEquals(figure(10.34, "s"), "10.3 s");
  assertEquals(figure(4327), "4,327");
  assertEquals(figure(131.4, "MB"), "131 MB");
  assertEquals(figure(0), "0");
});

Deno.test("a value equal to the limit meets it", () => {
  assertEquals(atMost(20, 20), { text: "≤ 20", met: true });
  assertEquals(atMost(20.01, 20, " s"), { text: "≤ 20 s", met: false });
});

Deno.test("the ratio to a missing value or to 0 is undefined", () => {
  assertEquals(ratio(3, 2), "1.50 ×");
  assertEquals(ratio(3, undefined), undefined);
  assertEquals(ratio(3, 0), undefined);
});

Deno.test("a spread shows the median and both extremes, or one value if there is no other", () => {
  assertEquals(spreadFigure({ median: 10, min: 9.8, max: 11, count: 3 }, "s"), "10 s (9.80..11)");
  assertEquals(spreadFigure({ median: 10, min: 10, max: 10, count: 1 }, "s"), "10 s");
});
