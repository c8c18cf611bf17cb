// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { conditionOf } from "../dynamo/conditions.ts";
import { graphs } from "../dynamo/resources.ts";
import { configMaps, jobs, roleBindings, serviceAccounts } from "../../kube/builtin.ts";
import { memoryCluster } from "./testing/memory_cluster.ts";
import { ended, generatedGraph, outputOf, requestObject } from "./testing/objects.ts";

Deno.test("a request is profiled, deployed and ready; each step may run in a new process", async () => {
  const cluster = memoryCluster(requestObject());
  const profiling = await cluster.settle();
  console.log(cluster.calls, profiling.status);
  cluster.put(outputOf([generatedGraph()]));
  cluster.setJob(ended("Complete"));
  const deploying = await cluster.settle();
  console.log(cluster.calls, JSON.stringify(deploying.status, null, 1));
  const live = cluster.find(graphs, "chat");
  cluster.put({ ...live!, status: { state: "successful" } } as never);
  const ready = await cluster.settle();
  console.log(cluster.calls, JSON.stringify(ready.status, null, 1));
});
