import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { REQUEST } from "../../crds/labels.ts";
import { describeOwner } from "../apply/ownership.ts";
import { conditionOf, nameConflict } from "../dynamo/conditions.ts";
import type { Statement } from "../../kube/conditions.ts";
import { reasonOf } from "../../kube/errors.ts";
import { creationRefusal } from "./access.ts";
import { configMapsOf, skippedMessages } from "./additional_resources.ts";
import { graphManifest, type GraphPlace, graphPlace, identity, isOfRequest } from "./graph.ts";
import type { RequestObserved } from "./observed.ts";
import { REQUEST_REASONS } from "./reasons.ts";
import { failure, isFalse, isTrue, RECHECK_MS, type Step } from "./step.ts";

const TYPE = "DeploymentReady";
/**
 * States that the status of a request reports for its graph: `Pending` for a graph without a state, and `Deleted` for a
 * deleted graph.
 */
const UNKNOWN_STATE = "Pending";
const DELETED_STATE = "Deleted";

/** Returns the state and the next action of a request after its graph was generated. */
export function deploymentStep(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
): Step {
  const place = graphPlace(request);
  if (request.status?.deployment?.created && place) return followGraph(request, observed, place);
  const generated = request.status?.generatedDeployment as DynamoGraphDeployment | undefined;
  if (!generated || !place) {
    return creationFailed(
      "The status lacks the generated graph: delete the request and create it again",
    );
  }
  return createGraph(request, observed, graphManifest(request, generated, place));
}

/**
 * Returns the state and the next action of a request whose status does not record a created graph yet. The graph may
 * already exist, because the operator creates the graph before it writes the status.
 */
function createGraph(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  graph: DynamoGraphDeployment,
): Step {
  const { name, namespace = "" } = graph.metadata;
  const live = observed.graph;
  const refusal = creationRefusal(request, namespace, observed.graphAccess);
  if (!live && refusal) return waiting(refusal);
  if (!live) {
    return creating(`Graph "${name}" is not created yet`, { do: "createGraph", graph });
  }
  if (!isOfRequest(live, graph, request)) {
    const message =
      `${live.kind} "${namespace}/${name}" exists and was not created for this request ` +
      `(${describeOwner(live)}): delete or rename it`;
    return waiting(message, nameConflict([message]));
  }
  if (live.metadata.deletionTimestamp) return creating(`Graph "${name}" is being deleted`);
  const additional = request.metadata.annotations?.[REQUEST.additionalResources] ?? "";
  if (additional && !observed.skippedConfigMaps) {
    if (refusal) return waiting(refusal);
    try {
      const configMaps = configMapsOf(additional, { request: identity(request), namespace });
      const message = `The ConfigMaps of graph "${name}" are not created yet`;
      return creating(message, { do: "applyConfigMaps", configMaps, owner: live });
    } catch (error) {
      return creationFailed(
        `Cannot read annotation ${REQUEST.additionalResources}: ${reasonOf(error)}`,
      );
    }
  }
  const step = followGraph(request, observed, { name, namespace });
  return { ...step, conditions: [...step.conditions, ...reportSkipped(request, observed)] };
}

/** Returns condition `SpecGenerated` if the operator skipped a generated ConfigMap; otherwise an empty list. */
function reportSkipped(
  { status }: DynamoGraphDeploymentRequest,
  { skippedConfigMaps }: Pick<RequestObserved, "skippedConfigMaps">,
): Statement[] {
  const skipped = skippedMessages(skippedConfigMaps);
  if (skipped.length === 0) return [];
  const { message } = conditionOf(status, "SpecGenerated") ?? {};
  const { specGenerated: reason } = REQUEST_REASONS;
  return [isTrue("SpecGenerated", reason, [message, ...skipped].filter(Boolean).join("; "))];
}

function creating(message: string, action?: Step["action"]): Step {
  const reason = REQUEST_REASONS.specGenerated;
  return {
    state: "Deploying",
    ready: { progress: "reconciling", reason, message },
    conditions: [],
    ...(action && { action }),
  };
}

/**
 * Returns the state of a request that must wait until a user or an administrator acts. Until then, the operator cannot
 * create the graph or its ConfigMaps.
 */
function waiting(message: string, conditions: Statement[] = []): Step {
  const reason = REQUEST_REASONS.deploymentCreationFailed;
  return {
    state: "Deploying",
    ready: { progress: "stalled", reason, message },
    conditions: [isFalse(TYPE, reason, message), ...conditions],
    pollMs: RECHECK_MS,
  };
}

function creationFailed(message: string): Step {
  const reason = REQUEST_REASONS.deploymentCreationFailed;
  return failure([isFalse(TYPE, reason, message)], reason, message);
}

/** Returns the state of a request after its graph was created. The request is ready while the graph is ready. */
function followGraph(
  { status, metadata }: DynamoGraphDeploymentRequest,
  { graph }: RequestObserved,
  { name, namespace }: GraphPlace,
): Step {
  const { deploymentCreated, deploymentReady, deploymentDegraded, deploymentDeleted } =
    REQUEST_REASONS;
  const where = namespace === metadata.namespace ? `"${name}"` : `"${namespace}/${name}"`;
  const deployment = { name, namespace, created: true };
  if (!graph) {
    const message = `Graph ${where} was deleted; the operator does not create it again`;
    return {
      state: "DeploymentDeleted",
      ready: { progress: "stalled", reason: deploymentDeleted, message },
      conditions: [isFalse(TYPE, deploymentDeleted, message)],
      status: { deployment: { ...deployment, state: DELETED_STATE } },
    };
  }
  // If another operator manages the namespace of the graph, watch events of the graph do not enqueue the request. So
  // this operator polls the graph.
  const poll = namespace !== metadata.namespace && { pollMs: RECHECK_MS };
  const state = graph.status?.state || UNKNOWN_STATE;
  if (state === "successful") {
    const message = `Graph ${where} is ready`;
    return {
      state: "Ready",
      ready: { progress: "ready", reason: deploymentReady, message },
      conditions: [isTrue(TYPE, deploymentReady, message)],
      status: { deployment: { ...deployment, state } },
      ...poll,
    };
  }
  const wasReady = status?.state === "Ready" ||
    conditionOf(status, TYPE)?.reason === deploymentDegraded;
  const reason = wasReady ? deploymentDegraded : deploymentCreated;
  const why = state === "failed" ? conditionOf(graph.status, "Ready")?.message : undefined;
  const message = `Graph ${where} is ${state}${why ? `: ${why}` : ""}`;
  return {
    state: "Deploying",
    ready: { progress: state === "failed" ? "stalled" : "reconciling", reason, message },
    conditions: [isFalse(TYPE, reason, message)],
    status: { deployment: { ...deployment, state } },
    ...poll,
  };
}
