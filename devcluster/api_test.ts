// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { exemptLoopbackFromProxies } from "./api.ts";

function exempted(initial: Record<string, string>): string | undefined {
  const values = new Map(Object.entries(initial));
  exemptLoopbackFromProxies({
    get: (name) => values.get(name),
    set: (name, value) => void values.set(name, value),
  });
  return values.get("NO_PROXY");
}

Deno.test("the loopback address is added to the hosts without a proxy", () => {
  assertEquals(exempted({}), "127.0.0.1");
  assertEquals(exempted({ NO_PROXY: "intranet" }), "intranet,127.0.0.1");
  assertEquals(exempted({ no_proxy: "intranet" }), "intranet,127.0.0.1");
  assertEquals(exempted({ NO_PROXY: "127.0.0.1,intranet" }), "127.0.0.1,intranet");
});
