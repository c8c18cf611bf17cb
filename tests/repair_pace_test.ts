// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { deployments } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { graphOf, worker } from "./support/graphs.ts";
import { untilIdle } from "./support/operator_state.ts";
import { setQuota } from "./support/resource_quota.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const RAISED_MS = 30_000;
/** Number of denied requests after which the operator waits several seconds before the next request. */
const RETRIES = 8;

Deno.test(
  "repeated repairs and denied writes have a limited rate",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "repair-pace" });

    await t.step("the status names a client that scales a Deployment repeatedly", async () => {
      const kube = await env.createNamespace();
      await kube.apply(graphs, graphOf("chat", { Worker: worker() }));
      await kube.untilState("chat", "successful");
      await untilIdle(env.operator);
      const mark = await env.cluster.audit.mark();
      const at = { name: "chat-worker", namespace: kube.namespace };
      const scale = {
        type: "merge",
        subresource: "scale",
        body: { spec: { replicas: 3 } },
      } as const;
      for (let count = 0; count < 60; count++) {
        await env.client.patch(deployments, at, scale, { fieldManager: "kubectl" });
        await untilIdle(env.operator, { idleMs: 100 });
      }
      const fight = { kind: components, name: "chat-worker", type: "DriftFight", status: "True" };
      await untilCondition(kube, fight, 'Deployment "', 'field manager "kubectl"');
      const writes = writesOf(env.operator.user, await env.cluster.audit.entries(mark))
        .filter((entry) => requestKind(entry) === "patch deployments.apps");
      const repairs = writes.filter(({ code }) => code < 400);
      // The operator repairs the drift five times, and then once per minute while the loop runs.
      assert(repairs.length >= 5 && repairs.length <= 8, `${repairs.length} repairs`);
      // Each repair takes a few attempts, because the other client can change the Deployment before each attempt.
      assert(writes.length <= 5 * repairs.length, `${writes.length} attempts`);
    });

    await t.step(
      "a graph that a quota stops continues soon after the quota is raised",
      async () => {
        const kube = await env.createNamespace();
        const allow = (deployments: string) =>
          setQuota(env.client, kube.namespace, { "count/deployments.apps": deployments });
        await allow("0");
        const mark = await env.cluster.audit.mark();
        await kube.apply(graphs, graphOf("chat", { Worker: worker() }));
        const { status } = await kube.untilState("chat", "failed");
        const ready = status?.conditions?.find(({ type }) => type === "Ready");
        assert(ready?.message?.includes("exceeded quota"), ready?.message);
        const denied = async () =>
          writesOf(env.operator.user, await env.cluster.audit.entries(mark))
            .filter((entry) => requestKind(entry) === "patch deployments.apps").length;
        await eventually(async () => assert(await denied() >= RETRIES));
        const raisedMs = performance.now();
        await allow("1");
        await kube.untilState("chat", "successful");
        assert(performance.now() - raisedMs < RAISED_MS, `${performance.now() - raisedMs} ms`);
      },
    );
  },
);
