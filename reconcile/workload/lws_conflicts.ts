import { isOfKind } from "../../crds/names.ts";
import { type Service, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { leaderWorkerSets } from "../../kube/optional_kinds.ts";
import { hasAdoptionMark } from "../apply/adoption_marks.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf, describeOwner } from "../apply/ownership.ts";
import { NameConflictError } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { lwsName, replicaIndexes, statefulSetNames } from "./lws_names.ts";

/** Finds stored objects of a namespace. */
export type StoredObjects = Pick<Observed, "find">;

/**
 * Checks that no other object has a name that the controller of LeaderWorkerSets needs for the replicas of a service.
 * For a LeaderWorkerSet `x-1`, that controller creates a Service `x-1`, and StatefulSets `x-1` and `x-1-0`. If a name
 * is in use, that controller retries forever and reports nothing. A replica with an existing LeaderWorkerSet already
 * has its names.
 *
 * @throws {NameConflictError} for the first name that is in use
 */
export function checkNameConflicts(service: ServiceInput, observed: StoredObjects): void {
  for (const index of replicaIndexes(service)) {
    const name = lwsName(service.name, index);
    const live = observed.find(leaderWorkerSets, name);
    if (live && isOf(service, live)) continue;
    const user = userOf(name, service, observed);
    if (!user) continue;
    throw new NameConflictError(
      index === 0 ? "multinode" : "replicas",
      `replica ${index} needs a LeaderWorkerSet "${name}", but ${user}: rename the component` +
        (index === 0 ? "" : `, or set replicas to at most ${index}`),
    );
  }
}

/**
 * Returns the reason why the Service of a component cannot have the component's name: a LeaderWorkerSet has this name,
 * and its controller creates a Service with the same name. Returns undefined if no LeaderWorkerSet has the name, or if
 * the component's Service already exists.
 */
export function componentNameConflict(
  { name }: { name: string },
  observed: StoredObjects,
): string | undefined {
  const set = observed.find(leaderWorkerSets, name);
  if (!set || isOwnService(name, observed.find(services, name))) return undefined;
  return `LeaderWorkerSet "${name}" exists (${
    describeOwner(set)
  }), and its Service has the same name ` +
    "as the component: rename the component, or delete the LeaderWorkerSet";
}

function userOf(name: string, { name: component }: ServiceInput, observed: StoredObjects) {
  const live = observed.find(leaderWorkerSets, name);
  if (live) return `LeaderWorkerSet "${name}" exists (${describeOwner(live)})`;
  if (observed.find(components, name)) {
    return `the Service of DynamoComponentDeployment "${name}" has the same name`;
  }
  const service = observed.find(services, name);
  if (service && !isServiceOf(name, service)) {
    return `Service "${name}" exists (${describeOwner(service)})`;
  }
  // A LeaderWorkerSet `x` has one StatefulSet `x` for its leaders, and for each group a StatefulSet `x-<index>`.
  const other = [component, ...statefulSetNames(name)].find((candidate) =>
    candidate !== name && observed.find(leaderWorkerSets, candidate)
  );
  return other && `LeaderWorkerSet "${other}" has StatefulSets of the same names`;
}

/** Returns whether a component with this name controls the object, or controlled it before the object was orphaned. */
function isOf({ name }: ServiceInput, object: KubeObject): boolean {
  const owner = controllerOf(object);
  return owner ? isOfKind(owner, components) && owner.name === name : hasAdoptionMark(object);
}

/** Returns whether the controller of LeaderWorkerSets created a Service for the LeaderWorkerSet with this name. */
function isServiceOf(name: string, service: Service): boolean {
  const owner = controllerOf(service);
  return owner?.kind === leaderWorkerSets.kind && owner.name === name;
}

function isOwnService(name: string, service: Service | undefined): boolean {
  const owner = service && controllerOf(service);
  return owner !== undefined && isOfKind(owner, components) && owner.name === name;
}
