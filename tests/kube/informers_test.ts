// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { type ConfigMap, configMaps } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { createInformer, type Informer, type InformerOptions } from "../../kube/informer.ts";
import { until } from "../../kube/testing/until.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { configMap, withNamespace } from "./with_namespace.ts";

/**
 * Runs `body` with an informer for the ConfigMaps of a namespace, and with a list of the reported changes. The list
 * omits ConfigMap `kube-root-ca.crt`, which Kubernetes creates in every namespace.
 */
async function withInformer(
  options: Omit<InformerOptions<ConfigMap>, "resource">,
  body: (informer: Informer<ConfigMap>, changes: string[]) => Promise<void>,
): Promise<void> {
  const informer = createInformer({ ...options, resource: configMaps });
  const changes: string[] = [];
  informer.onChange(({ type, object }) => {
    const { name } = object.metadata;
    if (name !== "kube-root-ca.crt") changes.push(`${type} ${name} ${object.data?.a ?? ""}`.trim());
  });
  const stop = new AbortController();
  informer.start(stop.signal);
  try {
    await informer.synced;
    await body(informer, changes);
  } finally {
    stop.abort();
    await informer.stopped;
  }
}

Deno.test({
  name: "an informer reports changes of other clients, and each write of its own client once",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      await client.apply(configMaps, configMap(namespace, "before", { a: "0" }));
      await withInformer({ client, namespace }, async (informer, changes) => {
        assertEquals(changes, ["added before 0"]);
        const key = `${namespace}/ours`;
        const ours = await client.apply(configMaps, configMap(namespace, "ours", { a: "1" }));
        informer.store.write(ours);
        assertEquals(informer.store.get(key)?.data, { a: "1" });
        assert(!informer.store.get(key)?.metadata.managedFields);
        await client.apply(configMaps, configMap(namespace, "ours", { a: "2" }));
        await until(() => changes.length === 3);
        await client.delete(configMaps, ours.metadata);
        informer.store.removed(ours.metadata, ours.metadata.uid ?? "");
        assertEquals(informer.store.get(key), undefined);
        await client.apply(configMaps, configMap(namespace, "ours", { a: "3" }));
        await until(() => changes.length === 5);
        assertEquals(changes, [
          "added before 0",
          "added ours 1",
          "modified ours 2",
          "deleted ours 2",
          "added ours 3",
        ]);
      });
    }),
});

Deno.test({
  name: "the API server serves streaming lists, and paginated lists return the same objects",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      for (const name of ["x", "y", "z"]) {
        await client.apply(configMaps, configMap(namespace, name, {}));
      }
      const asked: string[] = [];
      const recording: Pick<Client, "pages" | "watch"> = {
        pages(resource, options) {
          asked.push("pages");
          return client.pages(resource, options);
        },
        watch(resource, options) {
          asked.push(options.sendInitialEvents ? "streaming list" : "watch");
          return client.watch(resource, options);
        },
      };
      for (const streamingList of [true, false]) {
        const options = { client: recording, namespace, streamingList };
        await withInformer(options, (_informer, changes) => {
          assertEquals(changes.toSorted(), ["added x", "added y", "added z"]);
          return Promise.resolve();
        });
      }
      assertEquals(asked, ["streaming list", "pages", "watch"]);
    }),
});

Deno.test({
  name: "the informer misses and repeats no change after the API server ends a watch",
  ignore: noCluster,
  fn: () =>
    withNamespace(async ({ client, namespace }) => {
      let watches = 0;
      const short: Pick<Client, "pages" | "watch"> = {
        pages: client.pages,
        watch(resource, options) {
          watches++;
          return client.watch(resource, { ...options, timeoutSeconds: 1 });
        },
      };
      await withInformer({ client: short, namespace }, async (_informer, changes) => {
        const expected: string[] = [];
        while (watches < 4) {
          const value = String(expected.length);
          await client.apply(configMaps, configMap(namespace, "c", { a: value }));
          expected.push(`${expected.length ? "modified" : "added"} c ${value}`);
          await until(() => changes.length >= expected.length);
        }
        assertEquals(changes, expected);
      });
    }),
});
