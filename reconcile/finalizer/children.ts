import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { identityOnly } from "../dynamo/projection.ts";
import { models, requests } from "../dynamo/resources.ts";
import { type ControllerKinds, ownKind } from "../engine/child_kind.ts";

/** The kinds that this operator does not reconcile. Their objects may have the finalizer of the Go operator. */
export const unreconciledKinds: readonly Resource<KubeObject>[] = [models, requests];

/** Returns the kinds of the controller that removes the finalizer of the Go operator from objects of one kind. */
export function finalizerKinds(resource: Resource<KubeObject>): ControllerKinds {
  return {
    own: ownKind({ resource, project: identityOnly, verbs: ["patch"], optional: true }),
    children: {},
    metadataOnly: true,
  };
}
