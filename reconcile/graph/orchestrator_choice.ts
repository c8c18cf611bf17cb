import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf } from "../apply/ownership.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import { isGroveDisabled, type ServedOrchestrators } from "../workload/orchestrator.ts";

/** The state of the cluster that decides whether Grove runs a graph. */
export interface ChoiceObserved extends Pick<Observed, "owned"> {
  readonly served: ServedOrchestrators;
  /** The PodCliqueSets of the graph. */
  readonly podCliqueSets: readonly KubeObject[];
}

/** Whether Grove runs a graph, with the problems and warnings about the choice. */
export interface OrchestratorChoice {
  isGrove: boolean;
  problems: Problem[];
  warnings: Pick<Problem, "field" | "message">[];
}

/**
 * Chooses whether Grove runs a graph. An existing graph keeps its orchestrator, because another one would replace all
 * pods. Its components or its PodCliqueSet determine the orchestrator, or else its status does. Only a new graph
 * follows its annotation and the kinds that the API server serves.
 *
 * A user can move a graph away from Grove: disable Grove in the annotation, and delete the PodCliqueSet.
 */
export function chooseOrchestrator(
  { metadata: { annotations = {} }, status }: DynamoGraphDeployment,
  { owned, served, podCliqueSets: sets }: ChoiceObserved,
): OrchestratorChoice {
  const disabled = isGroveDisabled(annotations);
  const runsSets = sets.some((set) => controllerOf(set) !== undefined || !disabled);
  const isGrove = owned.some(({ kind }) => kind === components.kind)
    ? false
    : runsSets || (!disabled && (status?.orchestrator ?? newChoice(served)) === "grove");
  if (!isGrove) return { isGrove, problems: [], warnings: sets.map(leftover) };
  return {
    isGrove,
    problems: served.has("grove") ? [] : [notServed()],
    warnings: disabled ? sets.map(notDisabled) : [],
  };
}

function newChoice(served: ServedOrchestrators): "grove" | undefined {
  return served.has("grove") ? "grove" : undefined;
}

function notServed(): Problem {
  return {
    reason: REASONS.groveNotServed,
    message:
      "The graph runs on Grove, and the API server does not serve the kinds of Grove: install Grove. " +
      `To run the graph without Grove, delete its ${podCliqueSets.kind} if it exists, and set the annotation ` +
      `${ANNOTATIONS.enableGrove} to "false"`,
  };
}

/** Returns the warning about a PodCliqueSet of a graph that runs without Grove. */
function leftover({ kind, metadata: { name } }: KubeObject) {
  return {
    message:
      `${kind} "${name}" of Grove may run pods of this graph, but the graph runs without Grove: ` +
      `delete the ${kind}`,
  };
}

/** Returns the warning about a graph that disables Grove while Grove runs its pods. */
function notDisabled({ kind, metadata: { name } }: KubeObject) {
  return {
    field: `metadata.annotations[${ANNOTATIONS.enableGrove}]`,
    message: `has no effect while ${kind} "${name}" runs the pods of this graph: ` +
      `delete the ${kind} to run the graph without Grove`,
  };
}
