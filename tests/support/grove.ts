import type { Cluster } from "../../devcluster/cluster.ts";
import { untilServed } from "../../devcluster/kubectl.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { controllerReference } from "../../reconcile/apply/ownership.ts";

/** Installs a CRD of Grove's PodCliqueSets that accepts any content. The CRD is not removed. */
export async function installGroveCrd(cluster: Cluster): Promise<void> {
  const { group, version, kind, plural } = podCliqueSets;
  const name = `${plural}.${group}`;
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural },
      versions: [{
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      }],
    },
  };
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(crd));
  await untilServed(cluster.kubectl, [`crd/${name}`]);
}

/** Returns the PodCliqueSet that the Go operator creates for a graph. In a cluster with Grove, it runs the pods of the graph. */
export function podCliqueSetOf(graph: KubeObject): KubeObject {
  const { apiVersion, kind } = podCliqueSets;
  const metadata = { name: graph.metadata.name, ownerReferences: [controllerReference(graph)] };
  return { apiVersion, kind, metadata };
}
