import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf } from "../apply/ownership.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import type { Lookup } from "../engine/lookup.ts";
import { isGroveDisabled } from "../workload/orchestrator.ts";

interface GroveObserved extends Pick<Observed, "owned"> {
  readonly podCliqueSets: readonly KubeObject[];
}

/**
 * Returns the PodCliqueSets of a graph: the Go operator runs a graph in one of them if Grove is installed. The one with
 * the name of the graph also counts if it lacks a controller: `kubectl delete --cascade=orphan` of an earlier graph
 * keeps it, and it runs the pods of the earlier graph.
 */
export function podCliqueSetsOf(
  { metadata: { name, namespace, uid } }: DynamoGraphDeployment,
  podCliqueSets: Pick<Lookup<KubeObject>, "controlledBy" | "get">,
): KubeObject[] {
  const named = podCliqueSets.get({ namespace, name });
  const orphans = named && !controllerOf(named) ? [named] : [];
  return [...podCliqueSets.controlledBy(uid), ...orphans];
}

/**
 * Returns whether Grove runs the graph. Components beside a PodCliqueSet would run each pod a second time. A graph that
 * has components, or that disables Grove, runs without Grove, and its PodCliqueSet is a leftover.
 */
export function runsOnGrove(
  { metadata: { annotations = {} } }: DynamoGraphDeployment,
  { podCliqueSets, owned }: GroveObserved,
): boolean {
  const hasComponents = owned.some(({ kind }) => kind === components.kind);
  return podCliqueSets.length > 0 && !hasComponents && !isGroveDisabled(annotations);
}

/** Returns the problems of a graph that Grove runs. */
export function heldByGrove({ podCliqueSets }: GroveObserved): Problem[] {
  return podCliqueSets.map(({ kind, metadata: { name } }) => ({
    reason: REASONS.runsOnGrove,
    message:
      `${kind} "${name}" of Grove runs the pods of this graph, and this operator does not support Grove: ` +
      `delete the ${kind} to run the graph without Grove`,
  }));
}

/** Returns a warning for each PodCliqueSet of a graph that runs without Grove. */
export function groveLeftovers({ podCliqueSets }: GroveObserved): { message: string }[] {
  return podCliqueSets.map(({ kind, metadata: { name } }) => ({
    message:
      `${kind} "${name}" of Grove may run pods of this graph, but the graph runs without Grove: ` +
      `delete the ${kind}`,
  }));
}
