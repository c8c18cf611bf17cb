// @ts-types="../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import { GROVE_CRDS, groveCrds } from "../../devcluster/addons/grove_crds.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { untilServed } from "../../devcluster/kubectl.ts";
import { secrets } from "../../kube/builtin.ts";
import { kaiQueues, podCliqueSets } from "../../kube/optional_kinds.ts";
import { resourceName } from "../../kube/resource.ts";
import { MPI_SECRET_NAME } from "../../reconcile/dynamo/platform_config.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "../support/eventually.ts";
import { frontend, graphOf, IMAGE, worker } from "../support/graphs.ts";
import { startScriptedGrove } from "../support/grove/scripted_grove.ts";
import { probe } from "../support/http_probe.ts";
import type { NamespaceClient } from "../support/namespace_client.ts";
import type { TestOperator } from "../support/test_operator.ts";

const QUEUES = resourceName(kaiQueues);

/**
 * Installs Grove, and runs a graph on it. The operator must scale the graph and replace its PodCliqueSet. Then the
 * function removes Grove, because otherwise the graphs of other tests would run on Grove.
 */
export async function runGroveScenario(
  cluster: Cluster,
  kube: NamespaceClient,
  operator: TestOperator,
): Promise<void> {
  await using owned = new AsyncDisposableStack();
  const uninstall = async (name: string) =>
    void await cluster.kubectl(["delete", "crd", name, "--ignore-not-found"]);
  for (const name of GROVE_CRDS.toReversed()) owned.defer(() => uninstall(name));
  await groveCrds(cluster);
  await untilWatched(operator, ...GROVE_CRDS);
  owned.use(startScriptedGrove(kube));

  // A multinode TensorRT-LLM service needs a Secret with an SSH key, which the operator deletes with the service.
  const command = ["python3", "-m", "dynamo.trtllm"];
  const extraPodSpec = { mainContainer: { image: IMAGE, command } };
  const multinode = worker({ multinode: { nodeCount: 2 }, extraPodSpec });
  const services = { Frontend: frontend(), Decode: multinode };
  await kube.apply(graphs, graphOf("grove", services));
  await kube.untilState("grove", "successful");
  await kube.edit(graphs, "grove", {
    spec: { services: { Frontend: { replicas: 2 }, Decode: { replicas: 2 } } },
  });
  await kube.untilState("grove", "successful");
  const { metadata } = await kube.edit(graphs, "grove", { spec: { services: { Decode: null } } });
  const annotations = { "nvidia.com/recreate-podcliqueset": `${metadata.generation}` };
  await kube.edit(graphs, "grove", { metadata: { annotations } });
  await kube.untilState("grove", "successful");
  await kube.untilGone(secrets, MPI_SECRET_NAME);
  await kube.delete(graphs, "grove");
  for (const kind of [graphs, podCliqueSets]) await kube.untilGone(kind, "grove");

  // Only a cluster-wide operator reads the KAI scheduler's queues, so the scenario of other operators ends here.
  const page = await probe(`${operator.healthUrl}/readyz?verbose`);
  if (!page.text.includes(`informer/${QUEUES}`)) return;
  owned.defer(() => uninstall(QUEUES));
  await installQueueCrd(cluster);
  await untilWatched(operator, QUEUES);
}

async function untilWatched(operator: TestOperator, ...names: string[]): Promise<void> {
  await eventually(async () => {
    const { text } = await probe(`${operator.healthUrl}/readyz?verbose`);
    for (const name of names) assertStringIncludes(text, `informer/${name} ok\n`);
  });
}

/** Installs a CRD of the KAI scheduler's queues that accepts any content. */
async function installQueueCrd({ kubectl }: Cluster): Promise<void> {
  const { group, version, kind, plural } = kaiQueues;
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: QUEUES },
    spec: {
      group,
      scope: "Cluster",
      names: { kind, plural },
      versions: [{
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
      }],
    },
  };
  await kubectl(["apply", "-f", "-"], JSON.stringify(crd));
  await untilServed(kubectl, [`crd/${QUEUES}`]);
}
