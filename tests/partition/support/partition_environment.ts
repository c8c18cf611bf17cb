// @ts-types="../../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DdbctlDpJob } from "../../../crds/kinds/partition_job.ts";
import type { PartitionJobSpec } from "../../../crds/kinds/partition_job_spec.ts";
import { type NodeAgent, startNodeAgent } from "../../../devcluster/node_agent/agent.ts";
import type { Image } from "../../../devcluster/node_agent/image.ts";
import { partitionJobs } from "../../../reconcile/dynamo/resources.ts";
import { eventually } from "../../support/eventually.ts";
import { createNamespace, type NamespaceClient } from "../../support/namespace_client.ts";
import { sharedCluster } from "../../support/shared_cluster.ts";
import { connectAdmin } from "../../support/admin_client.ts";
import { startTestOperator, type TestOperator } from "../../support/test_operator.ts";
import type { Cluster } from "../../../devcluster/cluster.ts";
import { PARTITION } from "../../../crds/labels.ts";
import { jobs, namespaces, pods } from "../../../kube/builtin.ts";
import { isNotFound } from "../../../kube/errors.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";

export const IMAGE = "dynamo-operator:test";

/** A control plane with a node agent. The agent runs the pods in the namespaces that `createNamespace` creates. */
export interface PartitionEnvironment extends AsyncDisposable {
  cluster: Cluster;
  agent: NodeAgent;
  /** Starts an operator whose Jobs run the image of the environment. The caller must dispose of the operator. */
  startOperator(...flags: string[]): Promise<TestOperator>;
  createNamespace(): Promise<PartitionNamespaceClient>;
  /** Evicts a pod through the Eviction API, as `kubectl drain` does. */
  evict(namespace: string, pod: string): Promise<void>;
}

export interface PartitionNamespaceClient extends NamespaceClient {
  job(name: string, spec: PartitionJobSpec): Promise<DdbctlDpJob>;
  /** Calls `check` with the partition job and its status until `check` does not throw. Returns the partition job. */
  until(
    name: string,
    check: (object: DdbctlDpJob, status: NonNullable<DdbctlDpJob["status"]>) => void,
  ): Promise<DdbctlDpJob>;
  untilPhase(name: string, phase: string): Promise<DdbctlDpJob>;
}

/**
 * Starts a node agent on the shared control plane. The agent runs `image` in the pods of partition jobs.
 * @param serviceAccount name of the ServiceAccount for the operators of this test; other tests must not use the name
 */
export async function startPartitionEnvironment(
  serviceAccount: string,
  image: Image,
): Promise<PartitionEnvironment> {
  await using stack = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const { client } = stack.use(await connectAdmin(cluster));
  const agent = stack.use(await startNodeAgent({ cluster, images: { [IMAGE]: image } }));
  const kept = stack.move();
  return {
    cluster,
    agent,
    startOperator: (...flags) =>
      startTestOperator(cluster, {
        serviceAccount,
        flags: [`--partition-job-image=${IMAGE}`, ...flags],
      }),
    async evict(namespace, pod) {
      const metadata = { name: pod, namespace };
      const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata };
      const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`;
      await cluster.kubectl(["create", "--raw", path, "-f", "-"], JSON.stringify(eviction));
    },
    async createNamespace() {
      const kube = await createNamespace(client);
      await agent.takeNamespace(kube.namespace);
      kept.defer(() => deleteWithoutOperator(kube));
      return partitionNamespaceClient(kube);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/**
 * Deletes a namespace after the operators of the test have stopped, and removes their finalizers from Jobs and pods.
 * The API server refuses new pods, because the namespace is terminating.
 */
async function deleteWithoutOperator(kube: NamespaceClient): Promise<void> {
  await ignoreNotFound(kube.client.delete(namespaces, { name: kube.namespace }));
  await eventually(async () => {
    const held = await removeFinalizers(kube, jobs) + await removeFinalizers(kube, pods);
    assertEquals(held, 0, `${held} Jobs and pods of ${kube.namespace} still had finalizers`);
  });
}

/** Removes the operator's finalizer from all objects of a kind. Returns the number of objects that had it. */
async function removeFinalizers(
  kube: NamespaceClient,
  resource: Resource<KubeObject>,
): Promise<number> {
  const held = (await kube.list(resource)).filter(({ metadata }) =>
    metadata.finalizers?.includes(PARTITION.finalizer)
  );
  for (const { metadata } of held) {
    await ignoreNotFound(kube.edit(resource, metadata.name, { metadata: { finalizers: null } }));
  }
  return held.length;
}

async function ignoreNotFound(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

export function partitionNamespaceClient(kube: NamespaceClient): PartitionNamespaceClient {
  const { apiVersion, kind } = partitionJobs;
  const { namespace } = kube;
  const all: PartitionNamespaceClient = {
    ...kube,
    job: (name, spec) =>
      kube.client.create(partitionJobs, {
        apiVersion,
        kind,
        metadata: { name, namespace },
        spec,
      } as DdbctlDpJob),
    until: (name, check) =>
      eventually(async () => {
        const object = await kube.get(partitionJobs, name);
        const { status } = object;
        assertEquals((status?.observedGeneration ?? -1) > 0, true, "No status yet");
        if (status) check(object, status);
        return object;
      }),
    untilPhase: (name, phase) =>
      all.until(name, (_, status) => assertEquals(status.phase, phase, JSON.stringify(status))),
  };
  return all;
}
