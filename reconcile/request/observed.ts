import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { type ConfigMap, configMaps, type Job, jobs, type Pod } from "../../kube/builtin.ts";
import { type Observed, observedFrom } from "../apply/observed.ts";
import { ownership } from "../apply/ownership.ts";
import type { GraphAccess } from "./access.ts";
import type { OutputError } from "./additional_resources.ts";
import { BASE_GRAPH_FILE, jobName } from "./names.ts";
import type { GeneratedOutput } from "./output.ts";

/** The cluster state that the plan of a request depends on. */
export interface RequestObserved extends Observed {
  /** The ConfigMap in `configMapRef`; undefined if it does not exist, or if profiling has started. */
  baseGraph: ConfigMap | undefined;
  /**
   * The ConfigMap with the output of profiling. The operator reads it only before the Job exists and after the Job
   * completes.
   */
  output: ConfigMap | undefined;
  /** Content of `output`, or the mistake in it; undefined if the Job has not completed. */
  generated: GeneratedOutput | OutputError | undefined;
  /** Pods of the Job. The operator reads them only if the Job has no ready pod. */
  pods: readonly Pod[];
  /** The reasons why the pods of the Job are not ready. */
  causes: readonly string[];
  /** The graph with the name that the request needs, even if the graph is foreign. */
  graph: DynamoGraphDeployment | undefined;
  /** Whether the operator may create objects in the namespace of the graph. */
  graphAccess: GraphAccess;
  /**
   * The `namespace/name` of each generated ConfigMap that the operator did not create, because a foreign ConfigMap has
   * this name. Undefined until this reconciliation applies the generated ConfigMaps.
   */
  skippedConfigMaps: readonly string[] | undefined;
  nowIso: string;
}

/**
 * Returns the input for the plan of a request before profiling starts. Assumes that the ConfigMap in `configMapRef`
 * exists.
 */
export function assumedBeforeStart(
  { spec }: DynamoGraphDeploymentRequest,
  observed: Observed = observedFrom([]),
): RequestObserved {
  const { name, key = BASE_GRAPH_FILE } = spec?.profilingConfig?.configMapRef ?? {};
  const { apiVersion, kind } = configMaps;
  return {
    ...observed,
    baseGraph: name ? { apiVersion, kind, metadata: { name }, data: { [key]: "" } } : undefined,
    output: undefined,
    generated: undefined,
    pods: [],
    causes: [],
    graph: undefined,
    graphAccess: "allowed",
    skippedConfigMaps: undefined,
    nowIso: "",
  };
}

/** Returns the Job of a request; undefined if it does not exist, is being deleted, or belongs to another object. */
export function ownJob(
  request: DynamoGraphDeploymentRequest,
  observed: Pick<Observed, "find">,
): Job | undefined {
  const live = observed.find(jobs, jobName(request.metadata.name));
  return live && ownership(request, live) === "owned" && !live.metadata.deletionTimestamp
    ? live
    : undefined;
}

/** Returns how a Job ended, and the message of the condition that reports this; undefined if it has not ended. */
export function endOf({ status }: Job): { succeeded: boolean; message: string } | undefined {
  const ended = status?.conditions?.find(({ type, status }) =>
    status === "True" && (type === "Complete" || type === "Failed")
  );
  return ended && { succeeded: ended.type === "Complete", message: ended.message ?? "" };
}
