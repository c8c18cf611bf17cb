// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseCpuSeconds, parseMemory, processFigures } from "./process_figures.ts";

const STAT =
  "4242 (kube) api (1) S 1 4242 4242 0 -1 4194560 9001 0 3 0 1234 66 7 8 20 0 12 0 99 1 2 3";

Deno.test("the CPU time is user and system time, without the CPU time of child processes", () => {
  assertEquals(parseCpuSeconds(STAT), 13);
});

Deno.test("an incomplete stat line is an error", () => {
  assertThrows(() => parseCpuSeconds("4242 (deno) S 1"), Error, "Cannot read CPU time");
});

Deno.test("memory is parsed into bytes", () => {
  const status = "Name:\tdeno\nVmHWM:\t    2048 kB\nVmRSS:\t  1024 kB\n";
  assertEquals(parseMemory(status, "VmRSS"), 1024 * 1024);
  assertEquals(parseMemory(status, "VmHWM"), 2048 * 1024);
  assertThrows(() => parseMemory("Name:\tdeno\n", "VmRSS"), Error, 'Cannot find "VmRSS"');
});

Deno.test({
  name: "the figures of this process are plausible",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { cpuSeconds, residentBytes, peakResidentBytes } = await processFigures(Deno.pid);
    assert(cpuSeconds > 0);
    assert(residentBytes > 1e6 && residentBytes <= peakResidentBytes);
  },
});
