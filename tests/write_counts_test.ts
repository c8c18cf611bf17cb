// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { AuditMark } from "../devcluster/audit.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { operatorState, untilDrained, untilIdle } from "./support/operator_state.ts";
import { BENCH_NAMESPACE, CHILDREN_PER_GRAPH, sampleGraph } from "./bench/sample_graph.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { installCrds } from "./support/installation.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

const GRAPHS = 10;
/** Number of keys that the operator reconciles: one per graph, and one for each of its three components. */
const KEYS = GRAPHS * 4;
/** Maximum number of mutating requests per graph until all its children exist. */
const MOST_TO_CREATE = 16;
const MOST_TO_SUCCEED = 20;
const RESYNCS_MS = 60_000;
const POLL_MS = 1_000;
const RESYNC = "2s";
/** Minimum number of resyncs of each key in one minute. With a resync interval of 2 s, a fast machine reaches 30. */
const FEWEST_RESYNCS = 10;
/** All combinations of verb and resource that occur in the operator's writes for the graphs of this test. */
const KINDS = [
  "create events.events.k8s.io",
  "patch deployments.apps",
  "patch dynamocomponentdeployments.nvidia.com",
  "patch dynamocomponentdeployments.nvidia.com/status",
  "patch dynamographdeployments.nvidia.com/status",
  "patch rolebindings.rbac.authorization.k8s.io",
  "patch roles.rbac.authorization.k8s.io",
  "patch serviceaccounts",
  "patch services",
];

Deno.test("the operator sends only the necessary writes", {
  // The test starts its own control plane, so that objects of other tests do not add writes. `deno task test` builds
  // the programs of this control plane.
  ignore: noCluster,
}, async (t) => {
  await using cluster = await startCluster();
  await installCrds(cluster);
  using admin = await connectAdmin(cluster);
  const kube = await createNamespace(admin.client, BENCH_NAMESPACE);
  const start = (...flags: string[]) =>
    startTestOperator(cluster, { serviceAccount: "counts", flags });
  const writesSince = async (mark: AuditMark, { user }: TestOperator) =>
    writesOf(user, await cluster.audit.entries(mark));

  await t.step(`${GRAPHS} new graphs stay within the limits for writes`, async () => {
    await using operator = await start();
    const mark = await cluster.audit.mark();
    const manifests = Array.from({ length: GRAPHS }, (_, number) => sampleGraph(number));
    let untilCreated = 0;
    // The test applies the graphs one after the other. Simultaneous rollouts of many simulated pods would be slower,
    // and a slower rollout changes the status more often.
    for (const manifest of manifests) {
      const start = await cluster.audit.mark();
      await kube.apply(graphs, manifest);
      await kube.untilState(manifest.metadata.name, "successful");
      await untilIdle(operator);
      const writes = await writesSince(start, operator);
      const created = writes.filter(({ code, resource }) => code === 201 && resource !== "events");
      assertEquals(created.length, CHILDREN_PER_GRAPH);
      const lastCreated = created.map(({ receivedAt }) => receivedAt).sort().at(-1) ?? "";
      untilCreated += writes.filter(({ receivedAt }) => receivedAt <= lastCreated).length;
    }

    const writes = await writesSince(mark, operator);
    const toCreate = untilCreated / GRAPHS;
    const toSucceed = writes.length / GRAPHS;
    console.log(
      `Requests per graph: ${toCreate} until its children exist, ${toSucceed} in total`,
    );
    assert(toCreate <= MOST_TO_CREATE, `${toCreate} requests until all children exist`);
    assert(toSucceed <= MOST_TO_SUCCEED, `${toSucceed} requests until successful`);
    assertEquals([...new Set(writes.map(requestKind))].sort(), KINDS);
    await assertNothingForbidden(operator);
  });

  await t.step("a restart writes nothing", async () => {
    const mark = await cluster.audit.mark();
    await using operator = await start();
    await untilDrained(operator.metricsUrl, { reconciliations: KEYS, deadlineMs: 30_000 });
    await untilIdle(operator);
    assertEquals((await writesSince(mark, operator)).map(requestKind), []);
    await assertNothingForbidden(operator);
  });

  await t.step(
    "repeated resyncs during one minute write nothing",
    async () => {
      const mark = await cluster.audit.mark();
      await using operator = await start(`--resync=${RESYNC}`);
      const before = await untilDrained(operator.metricsUrl, {
        reconciliations: KEYS,
        deadlineMs: 30_000,
      });
      const endMs = performance.now() + RESYNCS_MS;
      while (performance.now() < endMs) {
        const answer = await fetch(`${operator.healthUrl}/readyz`);
        assertEquals(answer.status, 200, await answer.text());
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
      const { reconciliations } = await operatorState(operator.metricsUrl);
      assert(
        reconciliations - before.reconciliations >= FEWEST_RESYNCS * KEYS,
        `the operator ran only ${reconciliations} reconciliations`,
      );
      assertEquals((await writesSince(mark, operator)).map(requestKind), []);
      await assertNothingForbidden(operator);
      const lines = (await operator.log()).trim().split("\n");
      assert(lines.length < 10, `the operator logs too much:\n${lines.join("\n")}`);
    },
  );
});

async function assertNothingForbidden({ metricsUrl }: TestOperator): Promise<void> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const codes = [...text.matchAll(/^rest_client_requests_total\{.*?code="(\d+)".*?\}/gm)]
    .map(([, code]) => code);
  assert(codes.includes("200"), "the metrics do not count successful requests");
  assertEquals(codes.filter((code) => code === "403" || code === "401"), []);
}
