import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { RequestStatus } from "../../crds/kinds/request.ts";
import type { ConfigMap, Pod } from "../../kube/builtin.ts";
import type { Statement } from "../../kube/conditions.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Planned } from "../apply/planned.ts";
import type { Progress } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { RequestState } from "./reasons.ts";

/** The children of a request that the executor must write, and the state and next action of the request. */
export interface RequestPlan {
  planned: Planned[];
  prune: KubeObject[];
  warnings: Pick<Problem, "field" | "message">[];
  step: Step;
}

/** The state of a request according to its observed objects, and the next action. */
export interface Step {
  /** New state of the request; "" if the state does not change. */
  state: RequestState;
  /** Progress, reason and message of condition `Ready`. */
  ready: { progress: Progress; reason: string; message: string };
  /** Conditions to set on the request. */
  conditions: Statement[];
  /** Other status fields to set on the request. */
  status?: Pick<RequestStatus, "profilingResults" | "generatedDeployment" | "deployment">;
  /** The action to execute now. After the action, the operator observes the cluster and plans the request again. */
  action?: Action;
  /** Delay in milliseconds until the next reconciliation, unless a watch event enqueues the request earlier. */
  pollMs?: number;
}

/**
 * Interval in milliseconds at which the operator checks state that it does not watch: permissions, the ConfigMap with
 * the base graph, and graphs in namespaces that another operator manages.
 */
export const RECHECK_MS = 60_000;

/** An action for a request, in addition to the writes of the executor. Repeating an action is safe. */
export type Action =
  /**
   * Deletes the output ConfigMap of an earlier request. Otherwise the operator could read it as the output of the new
   * Job.
   */
  | { do: "deleteOutput"; output: ConfigMap }
  /** Deletes a pod with a failed profiler, because its copier container would wait forever. The Job may then retry. */
  | { do: "deletePod"; pod: Pod; why: string }
  /**
   * Adds an owner reference for the request to the output ConfigMap. Stores the generated ConfigMaps in an annotation
   * of the request.
   */
  | { do: "keepOutput"; output: ConfigMap; additional: string }
  /** Applies the generated ConfigMaps. If `owner` is set, Kubernetes deletes the ConfigMaps together with `owner`. */
  | { do: "applyConfigMaps"; configMaps: ConfigMap[]; owner?: DynamoGraphDeployment }
  | { do: "createGraph"; graph: DynamoGraphDeployment };

/** Returns the state `Failed` for a request that cannot continue. */
export function failure(conditions: Statement[], reason: string, message: string): Step {
  return { state: "Failed", ready: { progress: "stalled", reason, message }, conditions };
}

/** Returns a condition with status False. */
export function isFalse(type: string, reason: string, message: string): Statement {
  return { type, status: "False", reason, message };
}

/** Returns a condition with status True. */
export function isTrue(type: string, reason: string, message: string): Statement {
  return { type, status: "True", reason, message };
}
