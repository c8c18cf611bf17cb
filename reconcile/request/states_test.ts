// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { configMaps, jobs } from "../../kube/builtin.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { graphs } from "../dynamo/resources.ts";
import { kstatus } from "../testing/kstatus.ts";
import { memoryCluster } from "../testing/request_cluster.ts";
import { deploy, profile } from "../testing/request_steps.ts";
import {
  ended,
  generatedGraph,
  outputOf,
  plannerData,
  podOf,
  requestObject,
  terminated,
} from "./testing/objects.ts";

/** Returns the state, and `type=status/reason` of the conditions that the Go operator also sets. */
function summary({ status }: DynamoGraphDeploymentRequest): (string | undefined)[] {
  const conditions = (status?.conditions ?? [])
    .filter(({ type }) => /^(Validation|Profiling|SpecGenerated|DeploymentReady)$/.test(type))
    .map(({ type, status, reason }) => `${type}=${status}/${reason}`);
  return [status?.state, ...conditions];
}

const PROFILED = "Profiling=True/ProfilingCompleted";
const GENERATED = "SpecGenerated=True/SpecGenerated";

Deno.test("a request is profiled and deployed, and is ready when its graph is ready", async () => {
  const cluster = memoryCluster(requestObject());
  const profiling = await cluster.settle();
  assertEquals(summary(profiling), ["Profiling", "Profiling=False/ProfilingRunning"]);
  assertEquals(kstatus(profiling), "InProgress");
  const deploying = await profile(cluster);
  const created = "DeploymentReady=False/DeploymentCreated";
  assertEquals(summary(deploying), ["Deploying", PROFILED, GENERATED, created]);
  assertEquals(kstatus(deploying), "InProgress");
  const ready = await deploy(cluster, "successful");
  const success = "DeploymentReady=True/DeploymentReady";
  assertEquals(summary(ready), ["Ready", PROFILED, GENERATED, success]);
  assertEquals(kstatus(ready), "Current");
  const { observedGeneration, backend, profilingResults, deployment } = ready.status ?? {};
  assertEquals({ observedGeneration, backend, profilingResults, deployment }, {
    observedGeneration: 1,
    backend: "vllm",
    profilingResults: "configmap/dgdr-output-sla",
    deployment: { name: "chat", namespace: "team", state: "successful", created: true },
  });
  assertEquals(cluster.calls.filter((call) => call.startsWith("event ")), [
    "event Initialized",
    "event ProfilingJobCreated",
    "event ProfilingCompleted",
    "event SpecGenerated",
    "event DeploymentCreated",
    "event DeploymentReady",
  ]);
  // The operator writes the status once for each of these changes: Profiling, Deploying, the created graph, and Ready.
  assertEquals(cluster.calls.filter((call) => call.startsWith("status ")).length, 4);
});

Deno.test("without autoApply, a request is ready when its graph is generated", async () => {
  const cluster = memoryCluster(requestObject({ autoApply: false }));
  const ready = await profile(cluster);
  assertEquals(summary(ready), ["Ready", PROFILED, GENERATED]);
  assertEquals(ready.status?.generatedDeployment?.["spec"], generatedGraph().spec);
  assertEquals([cluster.find(graphs, "chat"), kstatus(ready)], [undefined, "Current"]);
});

Deno.test("an invalid request fails before its Job exists, and is profiled after a correction", async () => {
  const profilingConfig = { configMapRef: { name: "base" } };
  const cluster = memoryCluster(requestObject({ profilingConfig }));
  const failed = await cluster.settle();
  assertEquals(summary(failed), ["Failed", "Validation=False/ValidationFailed"]);
  assertEquals(
    conditionOf(failed.status, "Validation")?.message,
    'spec.profilingConfig.configMapRef.name: ConfigMap "base" does not exist: create it',
  );
  assertEquals([kstatus(failed), cluster.find(jobs, "profile-sla")], ["Failed", undefined]);
  cluster.put({
    ...outputOf([]),
    metadata: { name: "base", namespace: "team" },
    data: { "disagg.yaml": "" },
  } as never);
  assertEquals(summary(await cluster.settle()), [
    "Profiling",
    "Profiling=False/ProfilingRunning",
  ]);
});

Deno.test("a request fails without the ClusterRole of its pods, and starts when the role exists", async () => {
  const cluster = memoryCluster(requestObject());
  cluster.remove("ClusterRole", "dynamo-profiling", "");
  const failed = await cluster.settle();
  assertEquals(summary(failed), ["Failed", "Profiling=False/JobCreationFailed"]);
  assertStringIncludes(conditionOf(failed.status, "Ready")?.message ?? "", "does not exist");
  cluster.put({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "dynamo-profiling" },
  });
  assertEquals((await cluster.settle()).status?.state, "Profiling");
});

Deno.test("a refused Job fails the request; an outage keeps it pending", async () => {
  const cluster = memoryCluster(requestObject());
  cluster.fail("apply Job profile-sla", 503, "ServiceUnavailable");
  await cluster.reconcile();
  assertEquals(summary(cluster.request()), ["Pending"]);
  cluster.fail("apply Job profile-sla", 422, "Invalid", [{ field: "spec", message: "no" }]);
  await cluster.reconcile();
  assertEquals(summary(cluster.request()), ["Failed", "Profiling=False/JobCreationFailed"]);
  cluster.recover();
  assertEquals((await cluster.settle()).status?.state, "Profiling");
});

Deno.test("foreign objects with the names of the Job or the output block a request until they are gone", async () => {
  for (const kind of ["Job", "ConfigMap"]) {
    const name = kind === "Job" ? "profile-sla" : "dgdr-output-sla";
    const apiVersion = kind === "Job" ? "batch/v1" : "v1";
    const foreign = { apiVersion, kind, metadata: { name, namespace: "team" } };
    const cluster = memoryCluster(requestObject(), [foreign]);
    const failed = await cluster.settle();
    assertEquals(failed.status?.state, "Failed", kind);
    assertMatch(
      conditionOf(failed.status, "NameConflict")?.message ?? "",
      /delete the .*, or rename/,
    );
    cluster.remove(kind, name);
    assertEquals((await cluster.settle()).status?.state, "Profiling", kind);
  }
});

Deno.test("the output of an earlier request is deleted before the Job is created", async () => {
  const cluster = memoryCluster(requestObject(), [outputOf([generatedGraph("old")])]);
  assertEquals((await cluster.settle()).status?.state, "Profiling");
  assertEquals(cluster.find(configMaps, "dgdr-output-sla"), undefined);
  const order = cluster.calls.filter((call) => /dgdr-output-sla|profile-sla/.test(call));
  assertEquals(order, ["delete ConfigMap dgdr-output-sla", "apply Job profile-sla"]);
});

Deno.test("a spec that changes before the status is written gets a new Job", async () => {
  const cluster = memoryCluster(requestObject());
  cluster.fail("status DynamoGraphDeploymentRequest sla", 503, "ServiceUnavailable");
  await cluster.reconcile();
  cluster.recover();
  cluster.put(
    { ...cluster.request(), spec: { ...cluster.request().spec, model: "acme/other" } } as never,
  );
  await cluster.settle();
  const job = JSON.stringify(cluster.find(jobs, "profile-sla"));
  assertStringIncludes(job, "model: acme/other");
  assertEquals(cluster.calls.filter((call) => call === "delete Job profile-sla").length, 1);
});

Deno.test("a deleted Job or a failed Job fails the request for good", async () => {
  const deleted = memoryCluster(requestObject());
  await deleted.settle();
  deleted.remove("Job", "profile-sla");
  const lost = await deleted.settle();
  assertEquals(summary(lost), ["Failed", "Profiling=False/ProfilingFailed"]);
  assertStringIncludes(conditionOf(lost.status, "Ready")?.message ?? "", "was deleted before");

  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  cluster.setJob(ended("Failed", "Job has reached the specified backoff limit"));
  const job = cluster.find(jobs, "profile-sla");
  if (job) cluster.put(podOf(job, { profiler: terminated(3, 10, "Traceback\nno GPU\n") }));
  const failed = await cluster.settle();
  assertEquals(
    conditionOf(failed.status, "Profiling")?.message,
    'Job "profile-sla" failed: Job has reached the specified backoff limit; pod "profile-sla-x": ' +
      'container "profiler" ended with exit code 3 (Error): no GPU',
  );
  cluster.remove("Job", "profile-sla");
  assertEquals(summary(await cluster.settle()), summary(failed));
});

Deno.test("a missing or invalid output fails the request", async () => {
  const missing = memoryCluster(requestObject());
  await missing.settle();
  missing.setJob(ended("Complete"));
  const lost = await missing.settle();
  assertEquals(summary(lost), ["Failed", PROFILED, "SpecGenerated=False/GenerationFailed"]);
  assertStringIncludes(
    conditionOf(lost.status, "SpecGenerated")?.message ?? "",
    "output ConfigMap dgdr-output-sla not found",
  );

  const invalid = memoryCluster(requestObject());
  await invalid.settle();
  invalid.put(
    outputOf([{ ...generatedGraph(), spec: { services: { Frontend: { replicas: -1 } } } }]),
  );
  invalid.setJob(ended("Complete"));
  const { status } = await invalid.settle();
  assertStringIncludes(
    conditionOf(status, "SpecGenerated")?.message ?? "",
    "spec.services.Frontend.replicas is -1",
  );
});

Deno.test("generated ConfigMaps are created with the graph, and are deleted with it", async () => {
  const cluster = memoryCluster(requestObject());
  await profile(cluster, {
    ...plannerData(),
    metadata: { name: "data", namespace: "kube-system" },
  });
  const { metadata } = cluster.request();
  assertStringIncludes(
    metadata.annotations?.["dgdr.nvidia.com/additional-resources"] ?? "",
    "ttft",
  );
  const created = cluster.find(configMaps, "data");
  assertEquals(created?.metadata.labels?.["dgdr.nvidia.com/name"], "sla");
  assertEquals(created?.metadata.ownerReferences?.map(({ kind, name }) => [kind, name]), [
    ["DynamoGraphDeployment", "chat"],
  ]);
  assertEquals(cluster.find(configMaps, "data", "kube-system"), undefined);

  const manual = memoryCluster(requestObject({ autoApply: false }));
  await profile(manual, plannerData("data"));
  assertEquals(manual.find(configMaps, "data")?.metadata.ownerReferences, undefined);
});

Deno.test("a graph that fails after it was ready degrades the request until it is ready again", async () => {
  const cluster = memoryCluster(requestObject());
  await profile(cluster);
  await deploy(cluster, "successful");
  const degraded = await deploy(cluster, "failed");
  assertEquals(summary(degraded).at(-1), "DeploymentReady=False/DeploymentDegraded");
  assertEquals([degraded.status?.state, kstatus(degraded)], ["Deploying", "Failed"]);
  assertEquals((await deploy(cluster, "pending")).status?.deployment?.state, "pending");
  assertEquals(summary(cluster.request()).at(-1), "DeploymentReady=False/DeploymentDegraded");
  assertEquals((await deploy(cluster, "successful")).status?.state, "Ready");
});

Deno.test("a deleted graph is not created again, before or after it was ready", async () => {
  for (const state of ["pending", "successful"]) {
    const cluster = memoryCluster(requestObject());
    await profile(cluster);
    await deploy(cluster, state);
    cluster.remove("DynamoGraphDeployment", "chat");
    const deleted = await cluster.settle();
    assertEquals(summary(deleted).at(-1), "DeploymentReady=False/DeploymentDeleted", state);
    assertEquals([deleted.status?.state, deleted.status?.deployment?.state], [
      "DeploymentDeleted",
      "Deleted",
    ]);
    assertEquals(cluster.find(graphs, "chat"), undefined);
  }
});

Deno.test("a graph of another owner or of an earlier request blocks the deployment until it is deleted", async () => {
  const labels = {
    "dgdr.nvidia.com/name": "sla",
    "dgdr.nvidia.com/namespace": "team",
    "nvidia.com/managed-by": "dynamo-operator",
  };
  const earlier = { labels, creationTimestamp: "2025-12-31T00:00:00Z" };
  for (const metadata of [{}, earlier]) {
    const foreign = {
      ...generatedGraph(),
      metadata: { ...metadata, name: "chat", namespace: "team" },
    };
    const cluster = memoryCluster(requestObject(), [foreign]);
    const blocked = await profile(cluster);
    assertEquals(summary(blocked).at(-1), "DeploymentReady=False/DeploymentCreationFailed");
    assertEquals(conditionOf(blocked.status, "NameConflict")?.status, "True");
    assertEquals(blocked.status?.deployment, undefined);
    cluster.remove("DynamoGraphDeployment", "chat");
    assertEquals((await cluster.settle()).status?.deployment?.created, true);
    assertEquals(conditionOf(cluster.request().status, "NameConflict"), undefined);
  }
});

Deno.test("a graph that the API server refuses fails the request; an outage or a quota does not", async () => {
  const cluster = memoryCluster(requestObject());
  cluster.fail("create DynamoGraphDeployment chat", 403, "Forbidden");
  await cluster.settle().catch(() => {});
  const waiting = cluster.request();
  assertEquals([waiting.status?.state], ["Profiling"]);
  cluster.put(outputOf([generatedGraph()]));
  cluster.setJob(ended("Complete"));
  for (let count = 0; count < 3; count++) await cluster.reconcile();
  assertEquals(summary(cluster.request()), [
    "Deploying",
    PROFILED,
    GENERATED,
    "DeploymentReady=False/DeploymentCreationFailed",
  ]);
  const causes = [{ field: "spec.services", message: "too many" }];
  cluster.fail("create DynamoGraphDeployment chat", 422, "Invalid", causes);
  await cluster.reconcile();
  assertEquals(summary(cluster.request()).at(-1), "DeploymentReady=False/DeploymentCreationFailed");
  assertEquals(cluster.request().status?.state, "Failed");
});

Deno.test("a ConfigMap that the API server refuses stalls the request, which follows its graph after a correction", async () => {
  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), plannerData("data")]));
  cluster.setJob(ended("Complete"));
  const causes = [{ field: "data[a/b]", message: "invalid key" }];
  cluster.fail("create ConfigMap data", 422, "Invalid", causes);
  for (let count = 0; count < 4; count++) await cluster.reconcile();
  assertEquals((await cluster.reconcile()).outcome, "terminal");
  const refused = cluster.request();
  assertEquals([refused.status?.state, kstatus(refused)], ["Deploying", "Failed"]);
  assertEquals(cluster.find(graphs, "chat")?.metadata.name, "chat");
  cluster.recover();
  assertEquals((await deploy(cluster, "successful")).status?.state, "Ready");
});

Deno.test("a process that stops after creating the graph is continued by the next one", async () => {
  const cluster = memoryCluster(requestObject());
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), plannerData("data")]));
  cluster.setJob(ended("Complete"));
  cluster.fail("create ConfigMap data", 503, "ServiceUnavailable");
  for (let count = 0; count < 4; count++) await cluster.reconcile();
  assertEquals(cluster.request().status?.deployment, undefined);
  cluster.recover();
  assertEquals((await cluster.settle()).status?.deployment?.created, true);
  const created = cluster.calls.filter((call) => call === "create DynamoGraphDeployment chat");
  assertEquals(created.length, 1);
  assertEquals(cluster.find(configMaps, "data")?.data, plannerData().data);
});

Deno.test("without permission for the namespace of the graph, no ConfigMap is created for an existing graph", async () => {
  const cluster = memoryCluster(requestObject({ deploymentOverrides: { namespace: "prod" } }));
  await cluster.settle();
  cluster.put(outputOf([generatedGraph(), plannerData("data")]));
  cluster.setJob(ended("Complete"));
  cluster.fail("create ConfigMap data", 503, "ServiceUnavailable");
  for (let count = 0; count < 4; count++) await cluster.reconcile();
  assertEquals(cluster.find(graphs, "chat", "prod")?.metadata.name, "chat");
  cluster.recover();
  cluster.allowsGraphs = false;
  const waiting = await cluster.settle();
  assertEquals(cluster.find(configMaps, "data", "prod"), undefined);
  assertStringIncludes(conditionOf(waiting.status, "Ready")?.message ?? "", "may not create");
  cluster.allowsGraphs = true;
  await cluster.settle();
  assertEquals(cluster.find(configMaps, "data", "prod")?.metadata.name, "data");
});

Deno.test("an unknown state of another operator fails the request", async () => {
  const request = requestObject();
  const cluster = memoryCluster({ ...request, status: { state: "Dreaming" } });
  const failed = await cluster.settle();
  assertEquals(failed.status?.state, "Failed");
  assertStringIncludes(conditionOf(failed.status, "Ready")?.message ?? "", 'state "Dreaming"');
});
