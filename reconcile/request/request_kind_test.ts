// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentRequest, RequestStatus } from "../../crds/kinds/request.ts";
import { configMaps, jobs, pods } from "../../kube/builtin.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { graphs } from "../dynamo/resources.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { profilingJob } from "./job.ts";
import { type MemoryCluster, memoryCluster } from "../testing/request_cluster.ts";
import {
  ended,
  generatedGraph,
  NOW,
  outputOf,
  plannerData,
  podOf,
  REQUEST_UID,
  requestObject,
  RUNNING,
  terminated,
} from "./testing/objects.ts";

const PAUSED = { "nvidia.com/paused": "true" };

function withMetadata(
  request: DynamoGraphDeploymentRequest,
  metadata: Partial<DynamoGraphDeploymentRequest["metadata"]>,
): DynamoGraphDeploymentRequest {
  return { ...request, metadata: { ...request.metadata, ...metadata } };
}

function pause(cluster: MemoryCluster, annotations: Record<string, string>) {
  cluster.put(withMetadata(cluster.request(), { annotations }));
}

function otherWrites({ calls }: MemoryCluster): string[] {
  return calls.filter((call) => !/^(status|event) /.test(call));
}

Deno.test("a paused request gets no Job, and later no graph", async () => {
  const cluster = memoryCluster(withMetadata(requestObject(), { annotations: PAUSED }));
  const pending = await cluster.settle();
  assertEquals([pending.status?.state, otherWrites(cluster)], ["Pending", []]);
  assertEquals(conditionOf(pending.status, "Paused")?.status, "True");

  pause(cluster, {});
  assertEquals((await cluster.settle()).status?.state, "Profiling");
  pause(cluster, PAUSED);
  cluster.put(outputOf([generatedGraph()]));
  cluster.setJob(ended("Complete"));
  const before = otherWrites(cluster).length;
  const waiting = await cluster.settle();
  assertEquals([waiting.status?.state, otherWrites(cluster).length], ["Profiling", before]);

  pause(cluster, {});
  assertEquals((await cluster.settle()).status?.state, "Deploying");
  assertEquals(cluster.find(graphs, "chat")?.metadata.name, "chat");
});

Deno.test("a request waits for the deletion of the Job of an earlier request of its name", async () => {
  const { apiVersion, kind } = requestObject();
  const owner = { apiVersion, kind, name: "sla", uid: "earlier-uid", controller: true };
  const job = profilingJob(requestObject());
  const earlier = { ...job, metadata: { ...job.metadata, ownerReferences: [owner] } };
  const cluster = memoryCluster(requestObject(), [earlier]);
  const waiting = await cluster.settle();
  assertEquals(waiting.status?.state, "Pending");
  assertStringIncludes(
    conditionOf(waiting.status, "Ready")?.message ?? "",
    'belongs to an earlier, deleted DynamoGraphDeploymentRequest "sla"',
  );
  cluster.remove("Job", "profile-sla");
  assertEquals((await cluster.settle()).status?.state, "Profiling");
});

Deno.test("a request that is being deleted gets no children and no status", async () => {
  const deletionTimestamp = NOW;
  const finalizers = ["nvidia.com/finalizer"];
  const cluster = memoryCluster(withMetadata(requestObject(), { deletionTimestamp, finalizers }));
  await cluster.reconcile();
  assertEquals(cluster.calls, ["patch DynamoGraphDeploymentRequest sla"]);
  assertEquals(cluster.request().metadata.finalizers, []);
});

const graph: DynamoGraphDeployment = {
  ...generatedGraph(),
  metadata: { name: "chat", namespace: "team", creationTimestamp: NOW },
  status: { state: "successful" },
} as DynamoGraphDeployment;
const generated = { generatedDeployment: { ...generatedGraph() } };
const created = { name: "chat", namespace: "team", state: "pending", created: true };

/** Statuses and objects that the Go operator left behind. `to` is the state after this operator takes over. */
const TAKEN_OVER: {
  from: RequestStatus;
  objects?: "job" | "graph";
  to: string;
  writes?: string[];
}[] = [
  { from: { state: "Pending" }, objects: "job", to: "Profiling" },
  { from: { state: "Profiling" }, objects: "job", to: "Profiling" },
  { from: { state: "Profiling" }, to: "Failed" },
  {
    from: { state: "Deploying", ...generated, deployment: created },
    objects: "graph",
    to: "Ready",
  },
  { from: { state: "Deploying", ...generated, deployment: created }, to: "DeploymentDeleted" },
  {
    from: { state: "Deploying", ...generated },
    to: "Deploying",
    writes: ["create DynamoGraphDeployment chat"],
  },
  { from: { state: "Ready", ...generated }, to: "Ready" },
  {
    from: { state: "DeploymentDeleted", ...generated, deployment: created },
    to: "DeploymentDeleted",
  },
  {
    from: {
      state: "Failed",
      conditions: [{
        type: "Validation",
        status: "False",
        reason: "ValidationFailed",
        message: "was invalid",
        lastTransitionTime: NOW,
      }],
    },
    to: "Failed",
  },
];

Deno.test("requests of the Go operator continue in each state, with its Job and its graph", async () => {
  for (const { from, objects, to, writes = [] } of TAKEN_OVER) {
    const status = { observedGeneration: 1, backend: "vllm", conditions: [], ...from };
    const finalizers = ["nvidia.com/finalizer"];
    const request = withMetadata({ ...requestObject(), status }, { finalizers });
    const ownerReferences = [{
      apiVersion: request.apiVersion,
      kind: request.kind,
      name: "sla",
      uid: REQUEST_UID,
      controller: true,
    }];
    const job = profilingJob(request);
    const live = objects === "job"
      ? [{ ...job, metadata: { ...job.metadata, ownerReferences } }]
      : objects === "graph"
      ? [graph]
      : [];
    const cluster = memoryCluster(request, live);
    const result = await cluster.settle();
    const name = `${from.state} with ${objects}`;
    assertEquals(result.status?.state, to, name);
    assertEquals(result.metadata.finalizers, [], name);
    const accounts = /(ServiceAccount|RoleBinding|DynamoGraphDeploymentRequest) /;
    const others = otherWrites(cluster).filter((call) => !accounts.test(call));
    assertEquals(others, writes, name);
  }
});

Deno.test("a spec that changes after the start is reported once, and profiling continues", async () => {
  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  const { spec } = cluster.request();
  cluster.put({
    ...withMetadata(cluster.request(), { generation: 2 }),
    spec: { ...spec, profilingConfig: { ...spec.profilingConfig, config: { sla: { ttft: 1 } } } },
  } as never);
  cluster.put(outputOf([generatedGraph()]));
  cluster.setJob(ended("Complete"));
  const { status } = await cluster.settle();
  assertEquals([status?.state, status?.observedGeneration], ["Deploying", 1]);
  assertEquals(conditionOf(status, "SpecChangeRejected")?.status, "True");
  assertEquals(cluster.calls.filter((call) => call === "event SpecChangeRejected").length, 1);
});

Deno.test("a pod whose profiler failed is deleted when its copier has had time to end", async () => {
  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  const job = cluster.find(jobs, "profile-sla");
  assert(job);
  const put = (profiler: unknown) => cluster.put(podOf(job, { profiler, copier: RUNNING }));
  put(terminated(1, 20));
  const waiting = await cluster.reconcile();
  assertEquals(waiting, { outcome: "requeueAfter", afterMs: 40_000 });
  assertEquals(cluster.find(pods, "profile-sla-x")?.metadata.name, "profile-sla-x");

  put(terminated(1, 70, "out of memory"));
  await cluster.settle();
  assertEquals(cluster.find(pods, "profile-sla-x"), undefined);
  assertEquals(cluster.calls.filter((call) => call === "event StuckPodDeleted").length, 1);

  // The pod of a successful profiler must stay, because the output may exist only in the pod.
  put(terminated(0, 7_200));
  await cluster.settle();
  assertEquals(cluster.find(pods, "profile-sla-x")?.metadata.name, "profile-sla-x");
});

Deno.test("a graph in another namespace needs permission of the profiling pods there", async () => {
  const cluster = memoryCluster(requestObject({ deploymentOverrides: { namespace: "prod" } }));
  cluster.allowsGraphs = false;
  const refused = await cluster.settle();
  assertEquals(refused.status?.state, "Failed");
  assertStringIncludes(
    conditionOf(refused.status, "Validation")?.message ?? "",
    '"system:serviceaccount:team:dgdr-profiling-job" may not create dynamographdeployments',
  );
  cluster.allowsGraphs = true;
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), plannerData("data")]));
  cluster.setJob(ended("Complete"));
  cluster.allowsGraphs = false;
  const blocked = await cluster.settle();
  assertEquals(conditionOf(blocked.status, "DeploymentReady")?.reason, "DeploymentCreationFailed");
  assertEquals([blocked.status?.state, cluster.find(graphs, "chat", "prod")], [
    "Deploying",
    undefined,
  ]);
  cluster.allowsGraphs = true;
  assertEquals((await cluster.settle()).status?.deployment?.namespace, "prod");
  assertEquals(cluster.find(configMaps, "data", "prod")?.metadata.ownerReferences?.length, 1);
});

Deno.test("an error of the planning code keeps the state of a request", async () => {
  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  const job = cluster.find(jobs, "profile-sla");
  assert(job);
  cluster.put({ ...job, status: { conditions: "broken" } } as never);
  const { outcome } = await cluster.reconcile();
  assertEquals([outcome, cluster.request().status?.state], ["error", "Profiling"]);
});

Deno.test("a namespace-scoped operator uses the ServiceAccount of the chart", async () => {
  const config = platformConfig({ plannerRbacProvided: true });
  const cluster = memoryCluster(requestObject(), [], config);
  assertEquals((await cluster.settle()).status?.state, "Profiling");
  assertEquals(otherWrites(cluster), ["apply Job profile-sla"]);
  const elsewhere = requestObject({ deploymentOverrides: { namespace: "prod" } });
  const refused = await memoryCluster(elsewhere, [], config).settle();
  assertEquals(refused.status?.state, "Failed");
});
