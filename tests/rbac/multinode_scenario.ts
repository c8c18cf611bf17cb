// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { lwsCrds } from "../../devcluster/addons/lws_crds.ts";
import { volcanoCrds } from "../../devcluster/addons/volcano_crds.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { secrets } from "../../kube/builtin.ts";
import { leaderWorkerSets, podGroups } from "../../kube/optional_kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resourceName } from "../../kube/resource.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { graphOf, worker } from "../support/graphs.ts";
import { eventually } from "../support/eventually.ts";
import type { NamespaceClient } from "../support/namespace_client.ts";

const KINDS: readonly Resource<KubeObject>[] = [leaderWorkerSets, podGroups];
const MPI_SECRET = "mpi-run-ssh-secret";

/**
 * Installs the CRDs of LeaderWorkerSets and PodGroups, without controllers. Disposing the result deletes the CRDs,
 * because other tests expect that the API server does not serve them.
 */
export async function installMultinodeCrds(
  cluster: Pick<Cluster, "kubectl">,
): Promise<AsyncDisposable> {
  await lwsCrds(cluster);
  await volcanoCrds(cluster);
  return {
    async [Symbol.asyncDispose]() {
      await cluster.kubectl(["delete", "crd", ...KINDS.map(resourceName)]);
    },
  };
}

/**
 * Changes a graph on several nodes so that the operator must create and delete LeaderWorkerSets, PodGroups and the
 * Secret with the SSH key.
 */
export async function runMultinodeScenario(kube: NamespaceClient): Promise<void> {
  const untilNames = (...names: string[]) =>
    eventually(async () => {
      for (const kind of KINDS) {
        const found = (await kube.list(kind)).map(({ metadata }) => metadata.name);
        assertEquals(found, names);
      }
    });
  const nodes = (replicas: number) =>
    worker({
      replicas,
      multinode: { nodeCount: 2 },
      resources: { limits: { gpu: "8" } },
      extraPodSpec: {
        mainContainer: { image: "image:1", command: ["python3"], args: ["-m", "dynamo.trtllm"] },
      },
    });
  const name = "nodes";
  await kube.apply(graphs, graphOf(name, { Mpi: nodes(2) }));
  await untilNames("nodes-mpi-0", "nodes-mpi-1");
  await kube.get(secrets, MPI_SECRET);
  await kube.apply(graphs, graphOf(name, { Mpi: nodes(1) }));
  await untilNames("nodes-mpi-0");
  await kube.apply(graphs, graphOf(name, { Mpi: worker() }));
  await untilNames();
  await kube.untilState(name, "successful");
  await kube.untilGone(secrets, MPI_SECRET);
  await kube.delete(graphs, name);
  await kube.untilGone(graphs, name);
}
