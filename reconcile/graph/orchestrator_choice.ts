import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf, isOrphan } from "../apply/ownership.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { hasSameIdentity } from "../dynamo/child_identity.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { componentName, labelValue } from "../dynamo/names.ts";
import type { Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import {
  isGroveDisabled,
  type Orchestrator,
  ORCHESTRATORS,
  type ServedOrchestrators,
} from "../workload/orchestrator.ts";

/** The state of the cluster that decides whether Grove runs a graph. */
export interface ChoiceObserved extends Pick<Observed, "find" | "owned"> {
  readonly served: ServedOrchestrators;
  /** The PodCliqueSets of the graph. */
  readonly podCliqueSets: readonly KubeObject[];
}

/** Whether Grove runs a graph, with the problems and warnings about the choice. */
export interface OrchestratorChoice {
  /** The orchestrator that the annotation requests; absent without a valid annotation. */
  ordered?: Orchestrator;
  /** Whether Grove must run the graph. Otherwise the graph has components. */
  isGrove: boolean;
  /**
   * Whether Grove currently runs the graph, or ran it last. If this value differs from {@link isGrove}, the graph
   * migrates.
   */
  wasGrove: boolean;
  problems: Problem[];
  warnings: Pick<Problem, "field" | "message">[];
}

const ORDER = `metadata.annotations[${ANNOTATIONS.orchestrator}]`;

/**
 * Chooses whether Grove runs a graph. An existing graph keeps its orchestrator unless its annotation requests another
 * orchestrator, because a change replaces all pods. For a new graph without the annotation, the choice depends on the
 * kinds that the API server serves.
 *
 * The function derives the present orchestrator of a graph from its components or PodCliqueSets. If the graph has
 * neither, the function uses the status. It also considers components that the graph may adopt, because they run pods.
 */
export function chooseOrchestrator(
  graph: DynamoGraphDeployment,
  { find, owned, served, podCliqueSets: sets }: ChoiceObserved,
): OrchestratorChoice {
  const { metadata: { annotations = {} }, status } = graph;
  const order = annotations[ANNOTATIONS.orchestrator];
  const ordered = ORCHESTRATORS.find((orchestrator) => orchestrator === order);
  const disabled = isGroveDisabled(annotations);
  const avoidsGrove = ordered ? ordered !== "grove" : disabled;
  const orphans = orphanedComponents(graph, find);
  const hasComponents = orphans.length > 0 || owned.some(({ kind }) => kind === components.kind);
  const runsSets = sets.some((set) => controllerOf(set) !== undefined || !avoidsGrove);
  const recorded = status?.orchestrator ? status.orchestrator === "grove" : undefined;
  const present = hasComponents ? false : runsSets || recorded;
  const isGrove = ordered
    ? ordered === "grove"
    : present !== false && (runsSets || (!disabled && (present ?? served.has("grove"))));
  const wasGrove = present ?? isGrove;
  const problems: Problem[] = [];
  if (order !== undefined && !ordered) problems.push(invalidOrder(order));
  if (isGrove && !served.has("grove")) problems.push(notServed(ordered));
  if (isGrove) problems.push(...orphans.map(notDeleted));
  const warnings = [
    ...contradiction(ordered, annotations),
    ...(isGrove ? [] : sets.filter((set) => !wasGrove || !controllerOf(set)).map(leftover)),
    ...(isGrove && !ordered && disabled ? sets.map(notDisabled) : []),
  ];
  return { ...(ordered && { ordered }), isGrove, wasGrove, problems, warnings };
}

/** Returns the components without an owner that the graph may adopt for its services. */
function orphanedComponents(
  { metadata: { name }, spec }: DynamoGraphDeployment,
  find: Observed["find"],
): KubeObject[] {
  return Object.keys(spec?.services ?? {}).flatMap((service) => {
    const live = find(components, componentName(name, service));
    if (!live) return [];
    const labels = {
      [LABELS.graphName]: labelValue(name),
      [LABELS.component]: labelValue(service),
    };
    return isOrphan({ ...live, metadata: { name, labels } }, live, hasSameIdentity) ? [live] : [];
  });
}

/**
 * Returns the problem about a component without an owner: a migration to Grove would not delete this component, so its
 * pods might keep running.
 */
function notDeleted({ kind, metadata: { name } }: KubeObject): Problem {
  return {
    reason: NAME_CONFLICT,
    field: ORDER,
    message: `${kind} "${name}" has no owner and may run pods of this graph: delete the ${kind}, ` +
      "or remove the annotation until the graph owns it",
  };
}

function invalidOrder(order: string): Problem {
  const allowed = ORCHESTRATORS.map((orchestrator) => `"${orchestrator}"`).join(", ");
  return {
    reason: REASONS.validationFailed,
    field: ORDER,
    message: `Cannot use "${order}" as an orchestrator: set one of ${allowed}, ` +
      "or remove the annotation",
  };
}

function notServed(ordered: Orchestrator | undefined): Problem {
  const why = ordered
    ? `Annotation ${ANNOTATIONS.orchestrator} is "grove"`
    : "The graph runs on Grove";
  return {
    reason: REASONS.groveNotServed,
    message: `${why}, and the API server does not serve the kinds of Grove: install Grove. ` +
      `To run the graph without Grove, set the annotation ${ANNOTATIONS.orchestrator} to ` +
      '"deployment" or "lws"',
  };
}

/** Returns a warning if the annotation that enables Grove contradicts the annotation that selects the orchestrator. */
function contradiction(
  ordered: Orchestrator | undefined,
  annotations: Record<string, string>,
): OrchestratorChoice["warnings"] {
  const value = annotations[ANNOTATIONS.enableGrove]?.toLowerCase();
  const contradicts = ordered === "grove" ? value === "false" : value === "true";
  if (!ordered || !contradicts) return [];
  return [{
    field: `metadata.annotations[${ANNOTATIONS.enableGrove}]`,
    message: `is ignored, because annotation ${ANNOTATIONS.orchestrator} is "${ordered}": ` +
      "remove one of the annotations",
  }];
}

/** Returns the warning that a PodCliqueSet may still run pods of a graph that runs without Grove. */
function leftover({ kind, metadata: { name } }: KubeObject) {
  return {
    message:
      `${kind} "${name}" of Grove may run pods of this graph, but the graph runs without Grove: ` +
      `delete the ${kind}`,
  };
}

/** Returns the warning that the annotation cannot disable Grove while a PodCliqueSet runs the pods of the graph. */
function notDisabled({ kind, metadata: { name } }: KubeObject) {
  return {
    field: `metadata.annotations[${ANNOTATIONS.enableGrove}]`,
    message: `has no effect while ${kind} "${name}" runs the pods of this graph: ` +
      `to move the graph, set the annotation ${ANNOTATIONS.orchestrator} to "deployment" or "lws"`,
  };
}
