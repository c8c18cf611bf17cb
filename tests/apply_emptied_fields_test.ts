// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../kube/object.ts";
import { components } from "../reconcile/dynamo/resources.ts";
import { applyWithFreshStores } from "./support/apply_with_fresh_stores.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { withParent } from "./support/with_parent.ts";

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
    await withParent(async (client, parent, namespace) => {
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
