/** Tests profiling requests on a real API server, with a node that runs a stub of the profiler. */
// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { configMaps, jobs, pods } from "../kube/builtin.ts";
import { ApiError } from "../kube/errors.ts";
import { graphs, requests } from "../reconcile/dynamo/resources.ts";
import { conditionOf, untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { addTokenSecret, requestOf, startProfilingNode, untilRequest } from "./support/requests.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const GRAPH = "profiled-vllm";
/** Deadline for the replacement of a stuck pod: the operator first gives the pod's copier container a minute to end. */
const STUCK_DEADLINE_MS = 180_000;

async function assertSpecIsImmutable(kube: NamespaceClient): Promise<void> {
  const change = { spec: { model: "acme/other" } };
  const error = await assertRejects(() => kube.edit(requests, "sla", change), ApiError);
  assertStringIncludes(error.message, "spec is immutable after profiling has started");
  // CEL cannot compare the configuration, so the API server accepts the change, and the operator reports it.
  await kube.edit(requests, "sla", { spec: { profilingConfig: { config: { sla: { ttft: 1 } } } } });
  await untilCondition(
    kube,
    { kind: requests, name: "sla", type: "SpecChangeRejected", status: "True" },
    "delete the request and create it again",
  );
  // The metadata stays mutable, even after the profiling has started.
  await kube.edit(requests, "sla", { metadata: { labels: { team: "a" } } });
}

Deno.test("a request is profiled, deployed and ready, and the operator may restart in each state", {
  ignore: noCluster,
}, async () => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const { client } = owned.use(await connectAdmin(cluster));
  const node = owned.use(await startProfilingNode(cluster, client));
  const kube = await createNamespace(client);
  await node.serve(kube);
  const startOperator = () => startTestOperator(cluster, { serviceAccount: "requests" });

  await node.set("hold");
  {
    await using _operator = await startOperator();
    await kube.apply(requests, requestOf("sla"));
    await untilRequest(kube, "sla", "Profiling");
    await eventually(async () => {
      const [pod] = await kube.list(pods);
      assertEquals(pod?.status?.phase, "Running", JSON.stringify(pod?.status));
    });
  }
  // The profiler ends while no operator runs.
  await node.set("succeed");
  await eventually(async () => {
    const job = await kube.get(jobs, "profile-sla");
    assertEquals(job.status?.succeeded, 1, JSON.stringify(job.status));
  });
  {
    await using _operator = await startOperator();
    const ready = await untilRequest(kube, "sla", "Ready");
    assertEquals(ready.status?.deployment, {
      name: GRAPH,
      namespace: kube.namespace,
      state: "successful",
      created: true,
    });
    const { metadata } = await kube.get(graphs, GRAPH);
    assertEquals([metadata.labels?.["dgdr.nvidia.com/name"], metadata.ownerReferences], [
      "sla",
      undefined,
    ]);
    const data = await kube.get(configMaps, "planner-profile-data");
    assertEquals(data.metadata.ownerReferences?.[0]?.name, GRAPH);
    await assertSpecIsImmutable(kube);
    await kube.delete(graphs, GRAPH);
    const deleted = await untilRequest(kube, "sla", "DeploymentDeleted");
    assertEquals(deleted.status?.deployment?.state, "Deleted");
    await kube.delete(requests, "sla");
    await kube.untilGone(jobs, "profile-sla");
    await kube.untilGone(configMaps, "dgdr-output-sla");
  }
});

Deno.test("failures of profiling are reported with their cause, and a stuck pod is replaced", {
  ignore: noCluster,
}, async (t) => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const { client } = owned.use(await connectAdmin(cluster));
  const node = owned.use(await startProfilingNode(cluster, client));
  const kube = await createNamespace(client);
  await node.agent.takeNamespace(kube.namespace);
  owned.use(await startTestOperator(cluster, { serviceAccount: "failing-requests" }));

  await t.step("a pod that cannot start", async () => {
    await kube.apply(requests, requestOf("sla"));
    const profiling = { kind: requests, name: "sla", type: "Profiling", status: "False" };
    await untilCondition(kube, profiling, "hf-token-secret");
    await kube.delete(requests, "sla");
    await kube.untilGone(jobs, "profile-sla");
  });

  await t.step("an invalid graph", async () => {
    await addTokenSecret(kube);
    await node.set("invalid");
    await kube.apply(requests, requestOf("invalid"));
    const failed = await untilRequest(kube, "invalid", "Failed");
    const { reason, message } = conditionOf(failed, "SpecGenerated") ?? {};
    assertEquals(reason, "GenerationFailed");
    assertStringIncludes(message ?? "", "spec.services.Worker.replicas is -1");
  });

  await t.step("a profiler that fails without output", async () => {
    await node.set("fail");
    await kube.apply(requests, requestOf("stuck"));
    const ofStuck = async () =>
      (await kube.list(pods)).filter(({ metadata }) => metadata.name.startsWith("profile-stuck-"));
    const first = await eventually(async () => {
      const [pod] = await ofStuck();
      assertEquals(pod?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 1);
      return pod?.metadata.name;
    });
    const profiling = { kind: requests, name: "stuck", type: "Profiling", status: "False" };
    await untilCondition(kube, profiling, 'container "profiler" ended with exit code 1');
    // The copier container has a minute to store an output. Then the operator deletes the pod, and the Job starts the
    // next one.
    await eventually(async () => {
      const names = (await ofStuck()).map(({ metadata }) => metadata.name);
      assertEquals(names.some((name) => name !== first), true, names.join(", "));
    }, STUCK_DEADLINE_MS);
  });
});
