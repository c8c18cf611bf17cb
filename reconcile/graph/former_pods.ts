import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { LABELS } from "../../crds/labels.ts";
import { type Pod, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refOf } from "../apply/execution.ts";
import { firstPage } from "../component/read_causes.ts";
import { labelValue } from "../dynamo/names.ts";
import type { Lookup } from "../engine/lookup.ts";
import { PART_OF } from "../grove/children.ts";
import { POD_CLIQUE_LABEL } from "../grove/names.ts";

/** Maximum number of listed pods. A message names only a few pods, so the list may be incomplete. */
const MAX_PODS = 10;
/** Field selector for pods that have not ended. Pods that have ended do not use resources of a node. */
const RUNNING = "status.phase!=Succeeded,status.phase!=Failed";

/** Lists pods that match a label selector and have not ended. A long list may be incomplete. */
export type ListPods = (
  namespace: string | undefined,
  labelSelector: string,
  signal?: AbortSignal,
) => Promise<readonly Pod[]>;

/** Returns a function that lists pods. The operator does not watch pods, because a cluster has many of them. */
export function podLister(client: Pick<Client, "pages">): ListPods {
  return (namespace, labelSelector, signal) => {
    const options = { namespace, labelSelector, fieldSelector: RUNNING, limit: MAX_PODS };
    return firstPage(client, pods, { ...options, ...(signal && { signal }) });
  };
}

/** Lookups for the Grove objects that create pods. */
export interface MemberLookups {
  podCliques: Pick<Lookup<KubeObject>, "namespace">;
  podCliqueScalingGroups: Pick<Lookup<KubeObject>, "namespace">;
}

/**
 * Describes the pods of a graph that still exist, and the Grove objects that may create more pods for it.
 *
 * @param of whether to list pods of Grove or pods of components
 */
export async function remainingPods(
  { metadata: { name, namespace = "" } }: DynamoGraphDeployment,
  of: "grove" | "components",
  { podCliques, podCliqueScalingGroups }: MemberLookups,
  listPods: ListPods,
  signal?: AbortSignal,
): Promise<string[]> {
  const members = of === "grove"
    ? [podCliqueScalingGroups, podCliques].flatMap((kind) => kind.namespace(namespace))
      .filter(({ metadata: { labels } }) => labels?.[PART_OF] === name)
    : [];
  // A user's labels can replace labels of the operator, but not labels of Grove. So the selectors use a label of Grove.
  const selector = of === "grove"
    ? `${PART_OF}=${name},${POD_CLIQUE_LABEL}`
    : `${LABELS.graphName}=${labelValue(name)},!${POD_CLIQUE_LABEL}`;
  const found = await listPods(namespace, selector, signal);
  return [...members, ...found.map((pod) => ({ ...pod, kind: pods.kind }))]
    .map(({ metadata, ...object }) =>
      describeRef(refOf({ ...object, metadata: { name: metadata.name } }))
    )
    .sort();
}
