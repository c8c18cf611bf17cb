// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { configMaps, events, namespaces } from "../../kube/builtin.ts";
import { createEventRecorder } from "../../kube/events.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { configMap, withNamespace } from "./with_namespace.ts";

Deno.test({
  name: "the API server accepts events and event series",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      let lost = 0;
      const recorder = createEventRecorder({
        client,
        reportingController: "dynamo.nvidia.com/operator",
        reportingInstance: "test",
        onLost: () => lost++,
      });
      const about = await client.apply(configMaps, configMap(namespace, "c", {}));
      const content = { reason: "Tested", action: "Test", note: "As it should be" };
      for (let n = 0; n < 3; n++) recorder.event(about, { ...content, type: "Normal" });
      recorder.event(about, { ...content, type: "Warning", note: "x".repeat(5000) });
      const whole = await client.get(namespaces, { name: namespace });
      recorder.event(whole, { ...content, type: "Normal" });
      await recorder.flush();
      assertEquals(lost, 0);
      const { items } = await client.list(events, { namespace });
      const series = items.find(({ note }) => note === content.note);
      assertEquals(series?.series?.count, 3);
      assertEquals(series?.regarding?.uid, about.metadata.uid);
      assert(series?.series?.lastObservedTime);
      assertEquals(items.filter(({ type }) => type === "Warning").length, 1);
    }),
});
