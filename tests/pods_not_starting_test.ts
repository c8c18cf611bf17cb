// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { requestKind } from "../devcluster/audit_entry.ts";
import { events, type Pod, pods } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCondition } from "./support/conditions.ts";
import { frontend, graphOf, IMAGE } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { setQuota } from "./support/resource_quota.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { mountEvent, podOf } from "./support/pods.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

/**
 * Maximum time from a change of the pod's status until the status of the graph and of the component names the cause.
 */
const MAX_MS = 10_000;

Deno.test(
  "the status contains the reason why pods do not start",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "pods-not-starting" });
    const kube = await env.createNamespace();
    const untilNamed = async (name: string, ...texts: string[]) => {
      const condition = { type: "Ready", status: "False" };
      await untilCondition(kube, { kind: graphs, name, ...condition }, ...texts);
      await untilCondition(
        kube,
        { kind: components, name: `${name}-frontend`, type: "Available", status: "False" },
        ...texts,
      );
    };
    /** Applies a graph whose pod no scheduler binds to a node, so that the test can set the status of the pod. */
    const applyUnscheduled = async (name: string): Promise<Pod> => {
      const extraPodSpec = { schedulerName: "absent", mainContainer: { image: IMAGE } };
      await kube.apply(graphs, graphOf(name, { Frontend: frontend({ extraPodSpec }) }));
      return await podOf(kube, name);
    };

    await t.step("a pod that fits on no node, with the message of the scheduler", async () => {
      const extraPodSpec = { nodeSelector: { pool: "absent" }, mainContainer: { image: IMAGE } };
      await kube.apply(graphs, graphOf("big", { Frontend: frontend({ extraPodSpec }) }));
      await untilNamed("big", "cannot be scheduled", "nodes are available");
    });

    await t.step(
      "an image that cannot be pulled, within ten seconds, and then a crash",
      async () => {
        const pod = await applyUnscheduled("pull");
        const message = `Back-off pulling image "${IMAGE}": ErrImagePull: ${IMAGE}: not found`;
        await setState(kube, pod, { waiting: { reason: "ImagePullBackOff", message } });
        const setMs = performance.now();
        await untilNamed("pull", `cannot pull image "${IMAGE}": ${IMAGE}: not found`);
        const tookMs = performance.now() - setMs;
        assertEquals(tookMs < MAX_MS, true, `the status named the cause after ${tookMs} ms`);

        await setState(kube, pod, { waiting: { reason: "CrashLoopBackOff" } }, {
          terminated: { exitCode: 3, reason: "Error", message: "loading\nout of memory\n" },
        });
        await untilNamed("pull", 'container "main" ended with exit code 3 (Error): out of memory');
      },
    );

    await t.step("a Secret that does not exist, from an event of the pod", async () => {
      const pod = await applyUnscheduled("mount");
      await kube.client.create(events, mountEvent(pod));
      await untilNamed("mount", 'FailedMount: secret "models" not found');
    });

    await t.step("a quota that refuses pods", async () => {
      const limited = await env.createNamespace();
      await setQuota(limited.client, limited.namespace, { pods: "0" });
      await limited.apply(graphs, graphOf("quota", { Frontend: frontend() }));
      const condition = { kind: graphs, name: "quota", type: "Ready", status: "False" };
      await untilCondition(limited, condition, "FailedCreate", "exceeded quota: limit");
    });

    await t.step("the operator does not read pods of graphs that are ready", async () => {
      const unready = ["big", "pull", "mount"];
      for (const name of unready) await kube.delete(graphs, name);
      for (const name of unready) await kube.untilGone(components, `${name}-frontend`);
      await kube.apply(graphs, graphOf("ready", { Frontend: frontend() }));
      await kube.untilState("ready", "successful");
      await untilIdle(env.operator, { idleMs: 2_000 });
      const mark = await env.cluster.audit.mark();
      await kube.edit(components, "ready-frontend", { metadata: { annotations: { "a/b": "c" } } });
      await untilIdle(env.operator);
      const reads = (await env.cluster.audit.requests(mark))
        .filter(({ user, uri }) => user === env.operator.user && uri.includes(kube.namespace))
        .filter(({ verb }) => verb === "list");
      assertEquals(reads.map(requestKind), []);
    });
  },
);

async function setState(
  { client }: NamespaceClient,
  { metadata }: Pod,
  state: Record<string, unknown>,
  lastState: Record<string, unknown> = {},
): Promise<void> {
  const counts = { image: IMAGE, imageID: "", ready: false, restartCount: 1 };
  const containerStatuses = [{ name: "main", ...counts, state, lastState }];
  const body = { status: { containerStatuses } };
  await client.patch(pods, metadata, { type: "merge", subresource: "status", body });
}
