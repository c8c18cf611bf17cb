// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { cpuUse, parseBusySeconds } from "./cpu_times.ts";

Deno.test("the CPU time of other processes is given in cores", () => {
  const from = { apiServer: 1, etcd: 1, bench: 1, operator: 0, machine: 100, at: 50 };
  const to = { apiServer: 5, etcd: 2, bench: 2, operator: 2, machine: 113, at: 60 };
  assertEquals(cpuUse(from, to), { apiServer: 4, etcd: 1, bench: 1, operator: 2, otherCores: 0.5 });
});

Deno.test("rounded ticks do not make the other CPU time negative", () => {
  const from = { apiServer: 0, etcd: 0, bench: 0, operator: 0, machine: 0, at: 0 };
  assertEquals(cpuUse(from, { ...from, apiServer: 2.01, machine: 2, at: 1 }).otherCores, 0);
});

Deno.test("all times but idle and I/O wait count as busy, and guest times are not counted twice", () => {
  const stat = "cpu  100 20 30 4000 500 6 7 8 90 10\ncpu0 50 10 15 2000 250 3 4 4 45 5\nintr 1\n";
  assertEquals(parseBusySeconds(stat), 1.71);
});

Deno.test("a text without the line for all cores is an error", () => {
  assertThrows(() => parseBusySeconds("cpu0 1 2 3\n"), Error, "Cannot read CPU time");
});
