// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectAdmin } from "../support/admin_client.ts";
import { conditionOf } from "../support/conditions.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { startTestOperator } from "../support/test_operator.ts";
import { IMAGE, partitionNamespaceClient } from "./support/partition_environment.ts";

Deno.test("the status contains the reason why the API server refuses a pod", {
  ignore: noCluster,
}, async () => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const kube = partitionNamespaceClient(await createNamespace(admin.client));
  const limits = {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "small", namespace: kube.namespace },
    spec: { limits: [{ type: "Container", max: { cpu: "500m" } }] },
  };
  await cluster.kubectl(["create", "-f", "-"], JSON.stringify(limits));
  await using _operator = await startTestOperator(cluster, {
    serviceAccount: "pod-refused",
    flags: [`--partition-job-image=${IMAGE}`],
  });
  await kube.job("limited", { tableName: "Orders", partitionValue: "t-1" });
  const { status } = await kube.until("limited", (object) => {
    assertEquals(conditionOf(object, "Progressing")?.reason, "PodRefused");
  });
  assertStringIncludes(status?.message ?? "", "maximum cpu usage per Container is 500m");
});
