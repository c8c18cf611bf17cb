// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { readRunOptions } from "./options.ts";

Deno.test("who asks for what there is not is warned, who sets what is not read yet is told", () => {
  const { notices } = readRunOptions([
    "--enable-webhooks=true",
    "--metrics-secure",
    "--grove-termination-delay=4h",
    // Its default.
    "--virtual-service-supports-https=false",
  ]);
  assertEquals(notices.map(({ level, text }) => `${level}: ${text}`), [
    "info: Flag --grove-termination-delay has no effect: multinode services are not available yet",
    "warn: Flag --enable-webhooks has no effect: there is no webhook server: the API server validates",
    "warn: Flag --metrics-secure has no effect: metrics are served in plain HTTP",
  ]);
});
