// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "./eventually.ts";
import { worker } from "./graphs.ts";
import type { NamespaceClient } from "./namespace_client.ts";
import { nameOf, objectsIn, replicaSets, WRITTEN_KINDS } from "./namespace_objects.ts";

/**
 * Creates a component whose owner does not exist, and waits until the garbage collector deletes the component. Until
 * the garbage collector of a new control plane has discovered the CRDs, it may delete children that it should orphan.
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

/**
 * Resolves when a namespace contains no object whose owner is missing. The garbage collector deletes the children of a
 * deleted object only after some time.
 */
export async function untilGarbageCollected(kube: NamespaceClient): Promise<void> {
  await eventually(async () => {
    const objects = await objectsIn(kube, [...WRITTEN_KINDS, replicaSets]);
    const uids = new Set(objects.map(({ metadata: { uid } }) => uid));
    const orphans = objects.filter(({ metadata: { ownerReferences = [] } }) =>
      ownerReferences.some(({ uid }) => !uids.has(uid))
    );
    assertEquals(orphans.map(nameOf), []);
  });
}
