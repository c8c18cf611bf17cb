// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { configMaps } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { components } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import { inNamespace, noCluster, sharedCluster } from "./support/shared_cluster.ts";

const FULL = {
  resources: { limits: { cpu: "1" } },
  extraPodMetadata: { labels: { a: "b" } },
  extraPodSpec: {
    securityContext: { fsGroup: 1 },
    affinity: { podAffinity: {} },
    volumes: [{ name: "u" }, { name: "v", emptyDir: { sizeLimit: "1Gi" } }],
    mainContainer: { image: "i:1", resources: { limits: { cpu: "1" } } },
  },
};
const EMPTIED = {
  resources: {},
  extraPodMetadata: { labels: {} },
  extraPodSpec: {
    securityContext: {},
    affinity: {},
    volumes: [{ name: "u" }, { name: "v", emptyDir: {} }],
    mainContainer: { image: "i:2", resources: { limits: {} } },
  },
};

Deno.test({
  name: "fields of a custom resource are emptied, filled again and removed",
  ignore: noCluster,
  async fn() {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    const { client } = admin;
    await inNamespace(cluster, async (namespace) => {
      const parent = await client.create(configMaps, {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "parent", namespace },
      });
      for (const spec of [FULL, EMPTIED, FULL, EMPTIED, { extraPodSpec: {} }]) {
        const manifest = {
          apiVersion: components.apiVersion,
          kind: components.kind,
          metadata: { name: "c", namespace },
          spec: { componentType: "worker", replicas: 0, ...spec },
        } as KubeObject;
        const work = {
          parent,
          planned: [{ resource: components, manifest, policy: "own" as const }],
        };
        const apply = () => applyWithFreshStores({ client, kinds: [components] }, work);
        assertEquals((await apply()).writes.length, 1);
        const stored = await client.get(components, manifest.metadata);
        assertEquals<unknown>(stored.spec, (manifest as { spec?: unknown }).spec);
        assertEquals((await apply()).writes, []);
      }
    });
  },
});
