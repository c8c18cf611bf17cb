import type { Cluster } from "../cluster.ts";
import { untilServed } from "../kubectl.ts";

const NAMES = { kind: "PodGroup", plural: "podgroups" };
const GROUP = "scheduling.volcano.sh";

/** Minimal CRD for Volcano's PodGroups. It accepts all fields. No Go module contains the original CRD. */
const CRD = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${NAMES.plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: NAMES,
    versions: [{
      name: "v1beta1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    }],
  },
};

export async function volcanoCrds({ kubectl }: Pick<Cluster, "kubectl">): Promise<void> {
  await kubectl(["apply", "--server-side", "-f", "-"], JSON.stringify(CRD));
  await untilServed(kubectl, [`crd/${CRD.metadata.name}`]);
}
