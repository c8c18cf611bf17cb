import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { type ConfigMap, configMaps, type Job, type Pod, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import { firstPage, readCauses } from "../component/read_causes.ts";
import { isDnsSubdomain, isNamespaceName } from "../dynamo/object_names.ts";
import type { Moment } from "../engine/reconciled_kind.ts";
import type { RequestKinds } from "./children.ts";
import { type GraphAccess, mayCreateGraph } from "./access.ts";
import { OutputError } from "./additional_resources.ts";
import { graphPlace } from "./graph.ts";
import { outputName } from "./names.ts";
import { endOf, ownJob, type RequestObserved } from "./observed.ts";
import { hasStarted } from "./plan.ts";

/** Maximum number of pods of a Job that the operator reads. A Job has fewer pods, even with all retries. */
const MAX_PODS = 10;

/** Dependencies of {@linkcode gatherRequest}. */
export interface GatherContext {
  client: Pick<Client, "create" | "get" | "pages">;
  /** Returns whether this operator manages a namespace. */
  accepts(namespace: string): boolean;
  /** Whether the operator manages one namespace only. */
  namespaceScoped: boolean;
}

/**
 * Returns the cluster state from which the operator plans a request. Reads only the objects that are needed in the
 * current state of the request.
 */
export async function gatherRequest(
  request: DynamoGraphDeploymentRequest,
  { children, observe }: RequestKinds,
  { client, accepts, namespaceScoped }: GatherContext,
  { nowIso, signal }: Moment,
): Promise<RequestObserved> {
  const { metadata: { name, namespace = "" }, spec, status } = request;
  const observed = observe(request);
  const place = graphPlace(request);
  const isStarted = hasStarted(status);
  const isProfiling = !isStarted || status?.state === "Profiling";
  const job = isProfiling ? ownJob(request, observed) : undefined;
  const baseGraph = spec?.profilingConfig?.configMapRef?.name;
  const needsOutput = isProfiling && (job ? endOf(job)?.succeeded : !isStarted);
  const scope = { namespace, labelSelector: `batch.kubernetes.io/job-name=${job?.metadata.name}` };
  const output = needsOutput ? await read(outputName(name)) : undefined;
  const lacksReadyPod = job && !endOf(job)?.succeeded && (job.status?.ready ?? 0) === 0;
  return {
    ...observed,
    baseGraph: !isStarted && !job && baseGraph ? await read(baseGraph) : undefined,
    output,
    generated: output && job ? await content(output) : undefined,
    pods: lacksReadyPod ? await podsOf(job) : [],
    causes: lacksReadyPod && !endOf(job)
      ? await readCauses(client, { ...scope, signal }, { progress: false }) ?? []
      : [],
    graph: place && children.graphs.get(place),
    graphAccess: await graphAccess(),
    skippedConfigMaps: undefined,
    nowIso,
  };

  async function read(configMap: string): Promise<ConfigMap | undefined> {
    if (!isDnsSubdomain(configMap)) return undefined;
    return await ignoreNotFound(
      client.get(configMaps, { namespace, name: configMap }, { signal }),
    );
  }

  async function content(output: ConfigMap): Promise<RequestObserved["generated"]> {
    // The validation of a graph needs the schemas of all custom resources. Most operator processes never need them, so
    // this import loads them only here, to save memory.
    const { readOutput } = await import("./output.ts");
    try {
      return readOutput(output, spec);
    } catch (error) {
      if (error instanceof OutputError) return error;
      throw error;
    }
  }

  /**
   * Returns whether the operator may create objects in the namespace of the graph. Asks the API server before profiling
   * starts, and again before the operator creates objects. At other times, returns "allowed" without a check.
   */
  async function graphAccess(): Promise<GraphAccess> {
    const target = spec?.deploymentOverrides?.namespace || namespace;
    const starts = !isStarted && !job;
    const deploys = status?.state === "Deploying" && !status.deployment?.created;
    const keepsOutput = needsOutput && isStarted && !spec.autoApply;
    if (!(starts || deploys || keepsOutput) || namespaceScoped || !isNamespaceName(target)) {
      return "allowed";
    }
    if (!await mayCreateGraph(request, target, { client, signal })) return "forbidden";
    return accepts(target) ? "allowed" : "otherOperator";
  }

  async function podsOf({ metadata: { uid } }: Job): Promise<Pod[]> {
    const found = await firstPage(client, pods, { ...scope, limit: MAX_PODS, signal });
    return found.filter(({ metadata }) =>
      metadata.ownerReferences?.some((owner) => owner.uid === uid)
    );
  }
}
