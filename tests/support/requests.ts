// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeploymentRequest, RequestSpec } from "../../crds/kinds/request.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { type NodeAgent, startNodeAgent } from "../../devcluster/node_agent/agent.ts";
import {
  type ProfilerImages,
  profilerImages,
} from "../../devcluster/node_agent/profiler_images.ts";
import { type ClusterRole, clusterRoles, secrets } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { requests } from "../../reconcile/dynamo/resources.ts";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { eventually } from "./eventually.ts";
import { PROFILING_ROLE } from "./installation.ts";
import type { NamespaceClient } from "./namespace_client.ts";

const PROFILER = "profiler:stub";
const WORKERS = "workers:stub";
const RULES = new URL(
  "../../chart/platform/charts/dynamo-operator/files/profiling-rules.yaml",
  import.meta.url,
);

/** A node that runs profiling pods with a stub of the profiler. */
export interface ProfilingNode extends AsyncDisposable {
  agent: NodeAgent;
  set: ProfilerImages["set"];
  /** Lets the node run the pods of a namespace, and creates the Secret that profiling pods need. */
  serve(kube: NamespaceClient): Promise<void>;
}

/** Starts a node that runs profiling pods, and creates the ClusterRole of these pods with the rules of the chart. */
export async function startProfilingNode(cluster: Cluster, client: Client): Promise<ProfilingNode> {
  await using owned = new AsyncDisposableStack();
  const { images, set } = owned.use(
    await profilerImages({
      profiler: PROFILER,
      workers: WORKERS,
      kubectl: cluster.program("kubectl"),
      kubeconfig: cluster.kubeconfig,
    }),
  );
  const agent = owned.use(await startNodeAgent({ cluster, images }));
  await addProfilingRole(client);
  const kept = owned.move();
  return {
    agent,
    set,
    async serve(kube) {
      await agent.takeNamespace(kube.namespace);
      await addTokenSecret(kube);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Creates the Secret that each profiling pod refers to. */
export async function addTokenSecret(kube: NamespaceClient): Promise<void> {
  const metadata = { name: "hf-token-secret" };
  await kube.apply(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    stringData: { HF_TOKEN: "token" },
  } as never);
}

/** Applies the ClusterRole to which the operator binds profiling pods, with the rules of the chart. */
export async function addProfilingRole(client: Client): Promise<void> {
  const role: ClusterRole = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: PROFILING_ROLE },
    rules: parse(await Deno.readTextFile(RULES)) as NonNullable<ClusterRole["rules"]>,
  };
  await client.apply(clusterRoles, role);
}

/** Returns a deployment request with the images of the node that {@link startProfilingNode} starts. */
export function requestOf(
  name: string,
  change: Partial<RequestSpec> = {},
): DynamoGraphDeploymentRequest {
  return {
    apiVersion: requests.apiVersion,
    kind: requests.kind,
    metadata: { name },
    spec: {
      model: "acme/model",
      backend: "vllm",
      autoApply: true,
      profilingConfig: { profilerImage: PROFILER, config: { sla: { ttft: 200 } } },
      deploymentOverrides: { workersImage: WORKERS },
      ...change,
    },
  };
}

/** Resolves when the deployment request has this state. */
export function untilRequest(
  kube: NamespaceClient,
  name: string,
  state: string,
): Promise<DynamoGraphDeploymentRequest> {
  return eventually(async () => {
    const request = await kube.get(requests, name);
    assertEquals(request.status?.state, state, JSON.stringify(request.status));
    return request;
  });
}
