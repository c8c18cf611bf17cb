// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type Deployment, deployments, type Pod, pods } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { components, graphs } from "../../reconcile/dynamo/resources.ts";
import type { Timeline } from "./timeline.ts";

/** Kinds that a timeline must record for {@link assertStatusesMatchObjects}. */
export const STATUS_KINDS: readonly Resource<KubeObject>[] = [
  graphs,
  components,
  deployments,
  pods,
];

/** Returns the versions of a graph in which the operator changed the status. */
function statusesOf(timeline: Timeline, name: string): DynamoGraphDeployment[] {
  const versions = timeline.versions(graphs).filter(({ metadata, status }) =>
    metadata.name === name && status?.state !== undefined
  );
  return versions.filter(({ status }, index) =>
    JSON.stringify(status) !== JSON.stringify(versions[index - 1]?.status)
  );
}

/** Returns the sequence of states of a graph. Merges consecutive statuses with the same state into one element. */
export function statesOf(timeline: Timeline, name: string): (string | undefined)[] {
  const states = statusesOf(timeline, name).map(({ status }) => status?.state);
  return states.filter((state, index) => state !== states[index - 1]);
}

/**
 * Compares every status of a graph with the objects that existed when the operator wrote the status. Every status must
 * describe the newest generation of the graph. If the state is `successful`, the newest generation of every component
 * must be available, and every rollout must be complete. All pods of a component must then have the same pod template.
 *
 * @returns the number of compared statuses
 */
export function assertStatusesMatchObjects(timeline: Timeline, name: string): number {
  const statuses = statusesOf(timeline, name);
  for (const graph of statuses) {
    const { metadata: { generation, resourceVersion }, status } = graph;
    const moment = `in version ${resourceVersion} of "${name}", ${JSON.stringify(status)}`;
    assertEquals(status?.observedGeneration, generation, moment);
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    assertEquals(ready?.status, status?.state === "successful" ? "True" : "False", moment);
    if (status?.state !== "successful") continue;
    for (const component of timeline.asOf(components, graph)) {
      const { conditions = [], observedGeneration } = component.status ?? {};
      const available = conditions.find(({ type }) => type === "Available");
      assertEquals(available?.status, "True", `${component.metadata.name} ${moment}`);
      assertEquals(observedGeneration, component.metadata.generation, moment);
    }
    for (const deployment of timeline.asOf(deployments, graph)) assertRolledOut(deployment, moment);
    assertOneTemplate(timeline.asOf(pods, graph), moment);
  }
  return statuses.length;
}

function assertRolledOut({ metadata, spec, status }: Deployment, moment: string) {
  const counts = [status?.replicas, status?.updatedReplicas, status?.availableReplicas];
  const wanted = spec?.replicas ?? 1;
  assertEquals(counts.map((count) => count ?? 0), [wanted, wanted, wanted], moment);
  assert((status?.observedGeneration ?? 0) >= (metadata.generation ?? 0), moment);
}

function assertOneTemplate(pods: readonly Pod[], moment: string) {
  const templates = new Map<string, string>();
  for (const { metadata: { labels = {}, deletionTimestamp } } of pods) {
    if (deletionTimestamp) continue;
    const owner = labels["nvidia.com/selector"] ?? "";
    const hash = labels["pod-template-hash"] ?? "";
    assertEquals(
      hash,
      templates.get(owner) ?? hash,
      `pods of ${owner} have two templates ${moment}`,
    );
    templates.set(owner, hash);
  }
}
