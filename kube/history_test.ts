// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { pods } from "./builtin.ts";
import { createClient } from "./client.ts";
import { confirmHistory } from "./history.ts";
import { check } from "./testing/informer_harness.ts";
import { scriptedServer } from "./testing/scripted_server.ts";
import { staticConfig } from "./testing/static_config.ts";
import { createTransport } from "./transport.ts";

for (
  const [name, scope, query] of [
    ["requests one object", {}, "limit=1"],
    ["omits a label selector", { labelSelector: "a=b" }, "limit=1"],
    [
      "has no limit with a field selector",
      { fieldSelector: "metadata.name=a" },
      "fieldSelector=metadata.name%3Da",
    ],
  ] as const
) {
  Deno.test(`the check of the history ${name}, so that the API server does not read all objects from etcd`, async () => {
    const server = scriptedServer([check("5")]);
    const transport = createTransport(staticConfig(server.url));
    const client = createClient(transport);
    await confirmHistory(client, pods, { ...scope, resourceVersion: "5" });
    assertEquals(server.requests.map(({ query }) => query.toString()), [query]);
    transport.close();
    await server.close();
  });
}
