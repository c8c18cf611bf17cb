// @ts-types="../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { controllerOf } from "../../reconcile/apply/ownership.ts";
import { componentName, modelServiceName } from "../../reconcile/dynamo/names.ts";
import { components, graphs, scalingAdapters } from "../../reconcile/dynamo/resources.ts";
import { withDependents } from "../../reconcile/testing/dependents.ts";
import { conditionOf } from "./conditions.ts";
import { eventually } from "./eventually.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** A service that a test removes from a graph. `graph` is the graph before the removal. */
export interface Removal {
  graph: DynamoGraphDeployment;
  service: string;
}

export function isOnGrove({ status }: DynamoGraphDeployment): boolean {
  return status?.orchestrator === "grove";
}

export async function removeService(
  kube: NamespaceClient,
  { graph, service }: Removal,
): Promise<void> {
  await kube.edit(graphs, graph.metadata.name, { spec: { services: { [service]: null } } });
}

/**
 * Waits until the status of a graph on Grove names the annotation that requests a new PodCliqueSet. Then sets this
 * annotation, and waits for the new PodCliqueSet.
 */
export async function orderPodCliqueSet(
  kube: NamespaceClient,
  { graph: { metadata: { name } } }: Removal,
): Promise<void> {
  const { metadata: { uid } } = await kube.get(podCliqueSets, name);
  const generation = await eventually(async () => {
    const graph = await kube.get(graphs, name);
    const { message = "" } = conditionOf(graph, "PodCliqueSetApplied") ?? {};
    const { generation } = graph.metadata;
    assertStringIncludes(message, `${ANNOTATIONS.recreatePodCliqueSet} to "${generation}"`, name);
    return generation;
  });
  const annotations = { [ANNOTATIONS.recreatePodCliqueSet]: `${generation}` };
  await kube.edit(graphs, name, { metadata: { annotations } });
  await kube.untilGone(podCliqueSets, name, uid);
  await eventually(() => kube.get(podCliqueSets, name));
}

/**
 * Returns the objects in `before` that must no longer exist after the removals. Omits PodCliqueSets, because the
 * operator creates them again with the same names.
 */
export function removedObjects(
  removals: readonly Removal[],
  before: readonly KubeObject[],
): KubeObject[] {
  const removed: KubeObject[] = [];
  /** UIDs of the graphs that no longer use the Service of a model, keyed by the name of the Service. */
  const former = new Map<string, string[]>();
  for (const { graph, service } of removals) {
    const { name, uid = "" } = graph.metadata;
    const isOfService = ({ kind, metadata }: KubeObject) =>
      metadata.name === componentName(name, service) &&
      ([components.kind, scalingAdapters.kind].includes(kind) || isOnGrove(graph));
    removed.push(
      ...before.filter((object) => controllerOf(object)?.uid === uid && isOfService(object)),
    );
    const model = onlyModelOf(graph, service);
    if (isOnGrove(graph) && model) former.set(model, [...former.get(model) ?? [], uid]);
  }
  const deleted = withDependents(removed, before);
  const uids = deleted.map(({ metadata }) => metadata.uid);
  const ofModels = before.filter(({ metadata: { name, ownerReferences = [] } }) => {
    const graphs = former.get(name);
    return graphs && ownerReferences.every(({ uid }) => uids.includes(uid) || graphs.includes(uid));
  });
  return [...new Set([...deleted, ...ofModels])];
}

/** Returns the name of the model Service that this service uses, unless another service of the graph also uses it. */
function onlyModelOf({ spec }: DynamoGraphDeployment, service: string): string | undefined {
  const models = Object.entries(spec.services ?? {}).map(([key, { modelRef }]) =>
    [key, modelRef?.name && modelServiceName(modelRef.name)] as const
  );
  const model = models.find(([key]) => key === service)?.[1];
  return models.some(([key, other]) => key !== service && other === model) ? undefined : model;
}
