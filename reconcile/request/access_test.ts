/** Tests requests whose graph is in a namespace that another operator manages. */
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { configMaps, jobs } from "../../kube/builtin.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { graphs } from "../dynamo/resources.ts";
import type { Outcome } from "../engine/outcome.ts";
import { memoryCluster } from "../testing/request_cluster.ts";
import { deploy, profile } from "../testing/request_steps.ts";
import { plannerData, requestObject } from "./testing/objects.ts";

const ELSEWHERE = { deploymentOverrides: { namespace: "prod" } };
const REFUSED = 'Another operator manages namespace "prod", so this operator creates nothing ' +
  'there for the request: create the request in namespace "prod", or stop the other operator';
const RECHECK: Outcome = { outcome: "requeueAfter", afterMs: 60_000 };

Deno.test("a request for a namespace of another operator fails before profiling, and starts after a handover", async () => {
  const cluster = memoryCluster(requestObject(ELSEWHERE));
  cluster.otherOperators.add("prod");
  const { status } = await cluster.settle();
  assertEquals([status?.state, conditionOf(status, "Validation")?.message], [
    "Failed",
    `spec.deploymentOverrides.namespace: ${REFUSED}`,
  ]);
  assertEquals(cluster.find(jobs, "profile-sla"), undefined);
  assertEquals(await cluster.reconcile(), RECHECK);
  cluster.otherOperators.clear();
  assertEquals((await cluster.settle()).status?.state, "Profiling");
});

Deno.test("a graph waits while another operator manages its namespace", async () => {
  const cluster = memoryCluster(requestObject(ELSEWHERE));
  await cluster.settle();
  cluster.otherOperators.add("prod");
  const { status } = await profile(cluster, plannerData("data"));
  const { reason, message } = conditionOf(status, "DeploymentReady") ?? {};
  assertEquals([status?.state, reason, message], [
    "Deploying",
    "DeploymentCreationFailed",
    REFUSED,
  ]);
  assertEquals(cluster.find(graphs, "chat", "prod"), undefined);
  assertEquals(await cluster.reconcile(), RECHECK);
  cluster.otherOperators.clear();
  assertEquals((await cluster.settle()).status?.deployment?.created, true);
  assertEquals(cluster.find(configMaps, "data", "prod")?.data, plannerData().data);
});

Deno.test("without autoApply, ConfigMaps wait while another operator manages their namespace", async () => {
  const cluster = memoryCluster(requestObject({ ...ELSEWHERE, autoApply: false }));
  await cluster.settle();
  cluster.otherOperators.add("prod");
  const { status } = await profile(cluster, plannerData("data"));
  assertEquals([status?.state, conditionOf(status, "Ready")?.message], ["Profiling", REFUSED]);
  assertEquals(await cluster.reconcile(), RECHECK);
  cluster.otherOperators.clear();
  assertEquals((await cluster.settle()).status?.state, "Ready");
  assertEquals(cluster.find(configMaps, "data", "prod")?.data, plannerData().data);
});

Deno.test("the operator polls a created graph in another namespace, whose events it may not get", async () => {
  const cluster = memoryCluster(requestObject(ELSEWHERE));
  await profile(cluster);
  assertEquals(await cluster.reconcile(), RECHECK);
  cluster.otherOperators.add("prod");
  assertEquals((await deploy(cluster, "successful", "prod")).status?.state, "Ready");
  assertEquals(await cluster.reconcile(), RECHECK);
  cluster.remove("DynamoGraphDeployment", "chat", "prod");
  assertEquals((await cluster.settle()).status?.state, "DeploymentDeleted");
  assertEquals(await cluster.reconcile(), { outcome: "done" });

  const near = memoryCluster(requestObject());
  await profile(near);
  assertEquals(await near.reconcile(), { outcome: "done" });
});

Deno.test("without permission for a namespace, the message does not reveal whether another operator manages it", async () => {
  const cluster = memoryCluster(requestObject(ELSEWHERE));
  cluster.allowsGraphs = false;
  cluster.otherOperators.add("prod");
  const { message = "" } = conditionOf((await cluster.settle()).status, "Validation") ?? {};
  assertStringIncludes(message, "may not create dynamographdeployments");
});
