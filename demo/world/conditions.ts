import type { KubeObject } from "../../kube/object.ts";
import { countKinds, findDeployment, findGraph, goneSince, type Snapshot } from "./snapshot.ts";

/** Undefined when what is waited for has come true, otherwise what is missing. */
export type Condition = (snapshot: Snapshot) => string | undefined;

/** The graph is `successful` in its newest generation. */
export function isSuccessful(name: string): Condition {
  return (snapshot) => {
    const graph = findGraph(snapshot, name);
    if (!graph) return `graph "${name}" does not exist`;
    const { state, observedGeneration = 0, conditions = [] } = graph.status ?? {};
    if (observedGeneration < (graph.metadata.generation ?? 0)) {
      return `the operator has not seen the newest generation of graph "${name}"`;
    }
    if (state === "successful") return undefined;
    const why = conditions.find(({ type }) => type === "Ready")?.message ?? "no reason given";
    return `graph "${name}" is ${state ?? "new"}: ${why}`;
  };
}

/** A Deployment is rolled out in its newest generation with exactly this many pods, all of them ready. */
export function hasReplicas(name: string, replicas: number): Condition {
  return (snapshot) => {
    const deployment = findDeployment(snapshot, name);
    if (!deployment) return `Deployment "${name}" does not exist`;
    const { replicas: pods = 0, updatedReplicas = 0, readyReplicas = 0, observedGeneration = 0 } =
      deployment.status ?? {};
    const seen = observedGeneration >= (deployment.metadata.generation ?? 0);
    if (seen && [pods, updatedReplicas, readyReplicas].every((n) => n === replicas)) {
      return undefined;
    }
    return `Deployment "${name}" should have ${replicas} pods; it has ${pods}, ` +
      `${updatedReplicas} of them up to date, ${readyReplicas} ready`;
  };
}

/** None of these very objects exists any more. */
export function areGone(objects: readonly KubeObject[]): Condition {
  return (snapshot) => {
    const gone = new Set(goneSince(objects, snapshot));
    const left = objects.filter((object) => !gone.has(object));
    return left.length === 0 ? undefined : `still there: ${countKinds(left)}`;
  };
}

/** Nothing exists but what did before. */
export function isNothingBut(before: Snapshot): Condition {
  return (snapshot) => {
    const added = goneSince(snapshot, before);
    if (added.length === 0) return undefined;
    const names = added.map(({ kind, metadata }) => `${kind} "${metadata.name}"`);
    return `still there: ${names.join(", ")}`;
  };
}

/** All of these; what is missing is that of the first that does not hold. */
export function all(...conditions: Condition[]): Condition {
  return (snapshot) => {
    for (const condition of conditions) {
      const missing = condition(snapshot);
      if (missing !== undefined) return missing;
    }
    return undefined;
  };
}
