import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ingresses, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets, virtualServices } from "../../kube/optional_kinds.ts";
import { decide } from "../apply/decide.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { isModelService } from "../component/model_service.ts";
import { hasSameIdentity } from "../dynamo/child_identity.ts";
import type { Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import type { ChoiceObserved, OrchestratorChoice } from "./orchestrator_choice.ts";

/** The move of a graph from Grove to components, or from components to Grove. */
export interface Migration {
  toGrove: boolean;
  /**
   * The objects of the former orchestrator that still exist: the components, or the PodCliqueSets with the Services and
   * routes. Objects that are being deleted are included, because they exist until their dependents are deleted.
   */
  former: readonly KubeObject[];
}

const ENDPOINTS = [services, ingresses, virtualServices].map(({ kind }) => kind);

/** Returns the migration of a graph; undefined if the graph already runs on the chosen orchestrator. */
export function migrationOf(
  { isGrove, wasGrove }: Pick<OrchestratorChoice, "isGrove" | "wasGrove">,
  { owned, podCliqueSets: sets }: ChoiceObserved,
): Migration | undefined {
  if (isGrove === wasGrove) return undefined;
  if (isGrove) {
    return { toGrove: true, former: owned.filter(({ kind }) => kind === components.kind) };
  }
  // The new components create Services and routes with the names that the graph already uses on Grove. So the operator
  // first deletes the existing Services and routes.
  const endpoints = owned.filter((object) =>
    ENDPOINTS.includes(object.kind) && !isModelService(object)
  );
  return {
    toGrove: false,
    former: [...sets.filter((set) => controllerOf(set) !== undefined), ...endpoints],
  };
}

/**
 * Returns which former pods must be deleted before the operator creates the first component or PodCliqueSet: those of
 * Grove or those of components. Returns undefined if there can be no such pods. Also returns undefined while the
 * objects that create such pods exist, because the operator first deletes these objects.
 *
 * The operator also waits before it recreates a PodCliqueSet, because the former PodCliqueSet can be deleted before its
 * pods. It does not wait before it recreates a component, because components are deleted after their pods.
 */
export function formerPodsOf(
  { metadata: { name }, status }: DynamoGraphDeployment,
  choice: Pick<OrchestratorChoice, "isGrove" | "wasGrove">,
  observed: ChoiceObserved,
): "grove" | "components" | undefined {
  const migration = migrationOf(choice, observed);
  if (migration) {
    if (migration.former.length > 0) return undefined;
    return migration.toGrove ? "components" : "grove";
  }
  const isCreatedAgain = choice.isGrove && status?.orchestrator === "grove" &&
    !observed.podCliqueSets.some(({ metadata }) => metadata.name === name);
  return isCreatedAgain ? "grove" : undefined;
}

/**
 * Returns the planned objects that the operator may write now. While objects of the former orchestrator exist, the
 * result is empty. While only pods of the former orchestrator exist, the result omits the objects that create pods.
 */
export function writable(
  planned: readonly Planned[],
  migration: Migration | undefined,
  remains: readonly string[],
): Planned[] {
  if (migration && migration.former.length > 0) return [];
  const workloads = [components.kind, podCliqueSets.kind];
  return planned.filter(({ manifest }) =>
    remains.length === 0 || !workloads.includes(manifest.kind)
  );
}

/**
 * Returns a problem for each foreign object that has the name of a planned object. Without this check, the operator
 * would find the conflict only after it has deleted the former pods. Children of the former components do not conflict,
 * because they are deleted before the operator creates the new objects.
 */
export function migrationConflicts(
  parent: KubeObject,
  { former }: Migration,
  planned: readonly Planned[],
  { find }: Pick<Observed, "find">,
): Problem[] {
  if (former.every(({ metadata }) => metadata.deletionTimestamp)) return [];
  const leaving = new Set(former.map(({ metadata }) => metadata.uid));
  return planned.flatMap((one): Problem[] => {
    const live = find(one.resource, one.manifest.metadata.name);
    if (!live || leaving.has(controllerOf(live)?.uid)) return [];
    const dropped = { get: () => undefined };
    const decision = decide({ parent, planned: one, live, dropped, hasSameIdentity });
    if (decision.action !== "blocked" || decision.reason !== NAME_CONFLICT) return [];
    return [{ reason: NAME_CONFLICT, message: decision.message }];
  });
}
