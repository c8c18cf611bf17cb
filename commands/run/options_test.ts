// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { readRunOptions } from "./options.ts";

Deno.test("a flag without effect is logged, as a warning if it requests a missing feature", () => {
  const { notices } = readRunOptions([
    "--enable-webhooks=true",
    "--metrics-secure",
    "--grove-termination-delay=4h",
    // Its default.
    "--virtual-service-supports-https=false",
  ]);
  assertEquals(notices.map(({ level, text }) => `${level}: ${text}`), [
    "info: Flag --grove-termination-delay has no effect: multinode services are not available yet",
    "warn: Flag --enable-webhooks has no effect: the operator runs no webhook server, the API server validates",
    "warn: Flag --metrics-secure has no effect: the operator serves metrics over plain HTTP",
  ]);
});
