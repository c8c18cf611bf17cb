// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { cpuUse } from "./cpu_times.ts";

Deno.test("what the machine did beyond the measured processes is told in cores", () => {
  const from = { apiServer: 1, etcd: 1, bench: 1, operator: 0, machine: 100, at: 50 };
  const to = { apiServer: 5, etcd: 2, bench: 2, operator: 2, machine: 113, at: 60 };
  assertEquals(cpuUse(from, to), { apiServer: 4, etcd: 1, bench: 1, operator: 2, otherCores: 0.5 });
});

Deno.test("ticks that are rounded do not make other work negative", () => {
  const from = { apiServer: 0, etcd: 0, bench: 0, operator: 0, machine: 0, at: 0 };
  assertEquals(cpuUse(from, { ...from, apiServer: 2.01, machine: 2, at: 1 }).otherCores, 0);
});
