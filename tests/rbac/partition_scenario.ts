// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { startNodeAgent } from "../../devcluster/node_agent/agent.ts";
import { type Job, jobs } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { fakeImage } from "../partition/support/fake_image.ts";
import { IMAGE, partitionNamespaceClient } from "../partition/support/partition_environment.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import type { NamespaceClient } from "../support/namespace_client.ts";

const TARGET = { tableName: "Orders", partitionValue: "x" };
const container = { name: "main", image: "registry.example/foreign:1" };

/**
 * Creates and deletes partition jobs so that the operator sends every kind of request that it needs for partition jobs.
 * A node agent, which this function starts, runs the pods of the namespace.
 */
export async function runPartitionScenario(cluster: Cluster, kube: NamespaceClient): Promise<void> {
  await using fake = await fakeImage();
  await using agent = await startNodeAgent({ cluster, images: { [IMAGE]: fake.image } });
  await agent.takeNamespace(kube.namespace);
  const partitions = partitionNamespaceClient(kube);

  const foreign: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "taken-job" },
    spec: {
      suspend: true,
      template: { spec: { restartPolicy: "Never", containers: [container] } },
    },
  };
  await partitions.apply(jobs, foreign);
  await partitions.job("taken", TARGET);
  await partitions.until(
    "taken",
    (object) => assertEquals(conditionOf(object, "NameConflict")?.status, "True"),
  );

  await partitions.job("refused", { ...TARGET, serviceAccountName: "absent" });
  await partitions.until("refused", (object) => {
    assertEquals(conditionOf(object, "Progressing")?.reason, "PodRefused");
  });
  await partitions.delete(partitionJobs, "refused");

  await fake.setReport({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40 });
  await partitions.job("orders", TARGET);
  await partitions.untilPhase("orders", "Running");
  await partitions.delete(jobs, "orders-job", { propagationPolicy: "Background" });
  await eventually(async () => assertEquals((await fake.runs()).length, 2));
  await partitions.delete(partitionJobs, "orders");
  await partitions.untilGone(jobs, "orders-job");

  // The finalizer of the partition job prevents garbage collection of the Job, so the operator must delete the Job.
  await partitions.job("held", { ...TARGET, suspend: true });
  await partitions.untilPhase("held", "Suspended");
  await partitions.edit(partitionJobs, "held", { metadata: { finalizers: ["example.com/held"] } });
  await partitions.delete(partitionJobs, "held");
  await partitions.untilGone(jobs, "held-job");
  await partitions.edit(partitionJobs, "held", { metadata: { finalizers: null } });
}
