import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { deleteNamespace } from "./delete_namespace.ts";
import { frontend, graphOf } from "./graphs.ts";
import { createNamespace, type NamespaceClient } from "./namespace_client.ts";

/** Two namespaces: `own`, to which the operator under test may write, and `other`, for comparison. */
export interface NamespacePair extends AsyncDisposable {
  own: NamespaceClient;
  other: NamespaceClient;
}

export async function createNamespacePair(client: Client): Promise<NamespacePair> {
  const [own, other] = [await createNamespace(client), await createNamespace(client)];
  return {
    own,
    other,
    async [Symbol.asyncDispose]() {
      await Promise.all([own, other].map(({ namespace }) => deleteNamespace(client, namespace)));
    },
  };
}

/**
 * Returns a graph with zero replicas, which becomes ready without a pod.
 *
 * @param value value of an environment variable of the graph; a new value changes the Deployment
 * @param namespace namespace of the graph; if absent, the client that applies the graph sets the namespace
 */
export function graphWithoutPods(name: string, value = "", namespace?: string): KubeObject {
  const services = { Frontend: frontend({ replicas: 0 }) };
  const graph = graphOf(name, services, { envs: [{ name: "REVISION", value }] });
  return namespace === undefined ? graph : { ...graph, metadata: { ...graph.metadata, namespace } };
}

/**
 * Creates a graph and resolves when the operator has reconciled it. Tests call this function before they assert that
 * the operator did not write to another namespace. Without this wait, the assertion could pass before a wrong write.
 */
export async function untilOperatorActsIn(kube: NamespaceClient, name: string): Promise<void> {
  await kube.apply(graphs, graphWithoutPods(name));
  await kube.untilState(name, "successful");
}
