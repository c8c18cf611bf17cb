/** Tests random sequences of events. The state of a request must change only along documented transitions. */
// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graphs } from "../dynamo/resources.ts";
import { type MemoryCluster, memoryCluster } from "../testing/request_cluster.ts";
import { ended, generatedGraph, outputOf, plannerData, requestObject } from "./testing/objects.ts";

const TRANSITIONS: Readonly<Record<string, readonly string[]>> = {
  "": ["Pending", "Profiling", "Failed"],
  Pending: ["Profiling", "Failed"],
  Profiling: ["Deploying", "Ready", "Failed"],
  Deploying: ["Ready", "DeploymentDeleted"],
  Ready: ["Deploying", "DeploymentDeleted"],
  DeploymentDeleted: [],
  Failed: [],
};

const JOB = "profile-sla";

/** Changes and failures that can occur between two reconciliations. */
const EVENTS: Readonly<Record<string, (cluster: MemoryCluster) => void>> = {
  "the output is stored": (cluster) =>
    void cluster.put(outputOf([generatedGraph(), plannerData("data")])),
  "the output is deleted": (cluster) => cluster.remove("ConfigMap", "dgdr-output-sla"),
  "a foreign ConfigMap is created": (cluster) =>
    void cluster.put({ ...plannerData(), metadata: { name: "data", namespace: "team" } }),
  "the Job completes": (cluster) => onJob(cluster, () => cluster.setJob(ended("Complete"))),
  "the Job fails": (cluster) => onJob(cluster, () => cluster.setJob(ended("Failed"))),
  "the Job is deleted": (cluster) => cluster.remove("Job", JOB),
  "the graph is ready": (cluster) => setGraph(cluster, "successful"),
  "the graph is not ready": (cluster) => setGraph(cluster, "pending"),
  "the graph is deleted": (cluster) => cluster.remove("DynamoGraphDeployment", "chat"),
  "the API server refuses graphs": (cluster) =>
    cluster.fail("create DynamoGraphDeployment chat", 403, "Forbidden"),
  "the API server refuses ConfigMaps": (cluster) =>
    cluster.fail("create ConfigMap data", 503, "ServiceUnavailable"),
  "the API server recovers": (cluster) => cluster.recover(),
};

function onJob(cluster: MemoryCluster, change: () => void) {
  if (cluster.find({ kind: "Job" } as never, JOB)) change();
}

function setGraph(cluster: MemoryCluster, state: string) {
  const live = cluster.find<DynamoGraphDeployment>(graphs, "chat");
  if (live) cluster.put({ ...live, status: { state } } as DynamoGraphDeployment);
}

Deno.test("every sequence of events leads through documented transitions to a state without writes", async () => {
  const names = fc.array(fc.constantFrom(...Object.keys(EVENTS)), { maxLength: 12 });
  const property = fc.asyncProperty(names, fc.boolean(), async (events, autoApply) => {
    const cluster = memoryCluster(requestObject({ autoApply }));
    let before = "";
    const step = async () => {
      await cluster.reconcile();
      const { state = "" } = cluster.request().status ?? {};
      const allowed = [before, ...TRANSITIONS[before] ?? []];
      assert(allowed.includes(state), `${before} → ${state}`);
      before = state;
    };
    for (const event of events) {
      await step();
      EVENTS[event]?.(cluster);
    }
    cluster.recover();
    for (let count = 0; count < 6; count++) await step();
    const writes = cluster.calls.length;
    await step();
    assertEquals(cluster.calls.slice(writes), []);
    const created = cluster.calls.filter((call) => call === "create DynamoGraphDeployment chat");
    // The status records the graph only after its ConfigMaps exist. If the graph is deleted before that, the operator
    // creates it again.
    const refused = events.some((event) => event.startsWith("the API server refuses"));
    assert(refused || created.length <= 1, `${created.length} creations`);
    assert(autoApply || created.length === 0, "a graph without autoApply");
  });
  await fc.assert(property, { numRuns: 150 });
});
