// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseBusySeconds } from "./machine_cpu.ts";

Deno.test("everything but idling and waiting for disks is busy, guests are not counted twice", () => {
  const stat = "cpu  100 20 30 4000 500 6 7 8 90 10\ncpu0 50 10 15 2000 250 3 4 4 45 5\nintr 1\n";
  assertEquals(parseBusySeconds(stat), 1.71);
});

Deno.test("a text without the line of all cores is an error", () => {
  assertThrows(() => parseBusySeconds("cpu0 1 2 3\n"), Error, "Cannot read CPU time");
});
