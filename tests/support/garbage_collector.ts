import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { worker } from "./graphs.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/**
 * Creates a component whose owner does not exist, and waits until the garbage collector deletes it. After the start of a
 * control plane, the garbage collector discovers CRDs late. Until then, it deletes children that it must orphan.
 */
export async function untilGarbageCollectorRuns(kube: NamespaceClient): Promise<void> {
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoGraphDeployment" };
  const ownerless: DynamoComponentDeployment = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: {
      name: "ownerless",
      annotations: { "nvidia.com/paused": "true" },
      ownerReferences: [{ ...owner, name: "absent", uid: crypto.randomUUID() }],
    },
    spec: worker({ dynamoNamespace: "none" }),
  };
  await kube.apply(components, ownerless);
  await kube.untilGone(components, "ownerless");
}
