/** Tests requests that generate a ConfigMap whose name another ConfigMap already has. */
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type ConfigMap, configMaps } from "../../kube/builtin.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { memoryCluster } from "../testing/request_cluster.ts";
import { deploy, profile } from "../testing/request_steps.ts";
import { plannerData, requestObject } from "./testing/objects.ts";

const NAME = "planner-profile-data";
const SKIPPED = `Graph "chat" is generated; ConfigMap "team/${NAME}" was not created, ` +
  "because a foreign ConfigMap has this name";
const LABELS = {
  "dgdr.nvidia.com/name": "sla",
  "dgdr.nvidia.com/namespace": "team",
  "nvidia.com/managed-by": "dynamo-operator",
};
/** A time before the creation of the request. */
const EARLIER = "2025-12-31T00:00:00Z";
const OTHER_GRAPH = {
  apiVersion: "nvidia.com/v1alpha1",
  kind: "DynamoGraphDeployment",
  name: "earlier",
  uid: "earlier-uid",
};

/** Returns a ConfigMap with the name of the generated ConfigMap, but with other data. */
function existing(metadata: Partial<ConfigMap["metadata"]>): ConfigMap {
  return {
    ...plannerData(),
    metadata: { ...metadata, name: NAME, namespace: "team" },
    data: { "prefill.json": "old" },
  };
}

/** ConfigMaps that the operator must not change. */
const FOREIGN: Readonly<Record<string, Partial<ConfigMap["metadata"]>>> = {
  "of a user": {},
  "of another request": { labels: { ...LABELS, "dgdr.nvidia.com/name": "other" } },
  "of the graph of an earlier request of the name": {
    labels: LABELS,
    creationTimestamp: EARLIER,
    ownerReferences: [OTHER_GRAPH],
  },
};

for (const [of, metadata] of Object.entries(FOREIGN)) {
  Deno.test(`a ConfigMap ${of} stays unchanged, and the request is deployed`, async () => {
    const cluster = memoryCluster(requestObject(), [existing(metadata)]);
    const before = cluster.find(configMaps, NAME);
    const deploying = await profile(cluster, plannerData());
    assertEquals(deploying.status?.deployment?.created, true);
    assertEquals(conditionOf(deploying.status, "SpecGenerated")?.message, SKIPPED);
    assertEquals(conditionOf(deploying.status, "NameConflict"), undefined);
    const ready = await deploy(cluster, "successful");
    assertEquals(ready.status?.state, "Ready");
    const { status, message } = conditionOf(ready.status, "SpecGenerated") ?? {};
    assertEquals([status, message], ["True", SKIPPED]);
    assertEquals(cluster.find(configMaps, NAME), before);
  });

  Deno.test(`without autoApply, a ConfigMap ${of} stays unchanged, and the graph is generated`, async () => {
    const cluster = memoryCluster(requestObject({ autoApply: false }), [existing(metadata)]);
    const before = cluster.find(configMaps, NAME);
    const { status } = await profile(cluster, plannerData());
    assertEquals([status?.state, status?.generatedDeployment?.["kind"]], [
      "Ready",
      "DynamoGraphDeployment",
    ]);
    const messages = ["SpecGenerated", "Ready"].map((type) => conditionOf(status, type)?.message);
    assertEquals(messages, [SKIPPED, SKIPPED]);
    assertEquals(cluster.find(configMaps, NAME), before);
  });
}

Deno.test("a ConfigMap of the same request without an owner is updated, even if it is older", async () => {
  for (const autoApply of [true, false]) {
    for (const creationTimestamp of [EARLIER, "2026-01-01T11:30:00Z"]) {
      const own = existing({ labels: LABELS, creationTimestamp });
      const cluster = memoryCluster(requestObject({ autoApply }), [own]);
      const { status } = await profile(cluster, plannerData());
      assertEquals(status?.state, autoApply ? "Deploying" : "Ready");
      assertEquals(conditionOf(status, "SpecGenerated")?.message, 'Graph "chat" is generated');
      const { data, metadata } = cluster.find(configMaps, NAME) ?? {};
      assertEquals(data, plannerData().data);
      const owners = metadata?.ownerReferences?.map(({ name }) => name);
      assertEquals(owners, autoApply ? ["chat"] : undefined);
    }
  }
});
