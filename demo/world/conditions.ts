import type { KubeObject } from "../../kube/object.ts";
import { hasSeenNewest } from "./generation.ts";
import {
  countKinds,
  familyOf,
  findComponent,
  findDeployment,
  findGraph,
  goneSince,
  type Snapshot,
} from "./snapshot.ts";

/** Undefined when what is waited for has come true, otherwise what is missing. */
export type Condition = (snapshot: Snapshot) => string | undefined;

/** The graph is `successful` in its newest generation. */
export function isSuccessful(name: string): Condition {
  return (snapshot) => {
    const graph = findGraph(snapshot, name);
    if (!graph) return `graph "${name}" does not exist`;
    const { state, conditions = [] } = graph.status ?? {};
    if (!hasSeenNewest(graph)) {
      return `the operator has not seen the newest generation of graph "${name}"`;
    }
    if (state === "successful") return undefined;
    const why = conditions.find(({ type }) => type === "Ready")?.message ?? "no reason given";
    return `graph "${name}" is ${state ?? "new"}: ${why}`;
  };
}

/** A component is Available in its newest generation. */
export function isAvailable(name: string): Condition {
  return (snapshot) => {
    const component = findComponent(snapshot, name);
    if (!component) return `component "${name}" does not exist`;
    if (!hasSeenNewest(component)) {
      return `the operator has not seen the newest generation of component "${name}"`;
    }
    const available = component.status?.conditions?.find(({ type }) => type === "Available");
    if (available?.status === "True") return undefined;
    return `component "${name}" is not available: ${available?.reason ?? "no reason given"}`;
  };
}

/** A Deployment is rolled out in its newest generation with exactly this many pods, all of them ready. */
export function hasReplicas(name: string, replicas: number): Condition {
  return (snapshot) => {
    const deployment = findDeployment(snapshot, name);
    if (!deployment) return `Deployment "${name}" does not exist`;
    const { replicas: pods = 0, updatedReplicas = 0, readyReplicas = 0 } = deployment.status ?? {};
    if (
      hasSeenNewest(deployment) &&
      [pods, updatedReplicas, readyReplicas].every((n) => n === replicas)
    ) {
      return undefined;
    }
    return `Deployment "${name}" should have ${replicas} pods; it has ${pods}, ` +
      `${updatedReplicas} of them up to date, ${readyReplicas} ready`;
  };
}

/**
 * What a Deployment's status says is true of its ReplicaSets and pods too: that status is made from theirs, and repeats
 * for a moment what they said before the newest change.
 */
export function hasSettled(name: string): Condition {
  return (snapshot) => {
    const deployment = findDeployment(snapshot, name);
    if (!deployment) return `Deployment "${name}" does not exist`;
    const family = familyOf(snapshot, deployment.metadata.uid ?? "");
    const pods = family.filter(({ kind }) => kind === "Pod");
    const ending = pods.filter(({ metadata }) => metadata.deletionTimestamp).length;
    if (ending > 0) return `pods of Deployment "${name}" are terminating: ${ending}`;
    const wanted = deployment.spec?.replicas ?? 1;
    if (pods.length !== wanted) {
      return `Deployment "${name}" should have ${wanted} pods; it has ${pods.length}`;
    }
    const unseen = family.find((object) => object.kind === "ReplicaSet" && !hasSeenNewest(object));
    return unseen && `ReplicaSet "${unseen.metadata.name}" has not been scaled yet`;
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
