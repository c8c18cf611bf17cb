// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writesOf } from "../devcluster/audit_entry.ts";
import { roleBindings } from "../kube/builtin.ts";
import { discoveryServiceAccount } from "../reconcile/dynamo/names.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { createTcpProxy, type TcpProxy } from "./support/tcp_proxy.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { probe } from "./support/http_probe.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import {
  spawnTestOperator,
  startTestOperator,
  type TestOperator,
} from "./support/test_operator.ts";
import { untilWritten } from "./support/until_written.ts";

const GRACE_MS = 10_000;
/**
 * Maximum time for a stop while the API server is silent: a write takes up to 12 s, and the process needs time to exit.
 */
const SILENT_STOP_MS = 16_000;
/** Timeout for the operator to detect that the API server no longer responds. The detection takes up to 120 s. */
const DETECTED_MS = 150_000;
/** Delay that the proxy adds in each direction, so that the test can send a signal during a request. */
const SLOW_MS = 150;

/** Metric series that existing dashboards for controller-runtime and for the Go operator query. */
const SERIES = [
  ...["success", "error", "requeue", "requeue_after"].map((result) =>
    `controller_runtime_reconcile_total{controller="dynamographdeployment",result="${result}"}`
  ),
  'controller_runtime_reconcile_errors_total{controller="dynamocomponentdeployment"}',
  'controller_runtime_reconcile_time_seconds_count{controller="dynamographdeployment"}',
  'controller_runtime_active_workers{controller="dynamographdeployment"}',
  'controller_runtime_max_concurrent_reconciles{controller="dynamographdeployment"}',
  'workqueue_adds_total{name="dynamographdeployment",controller="dynamographdeployment"}',
  'workqueue_retries_total{name="dynamographdeployment",controller="dynamographdeployment"}',
  'workqueue_depth{name="dynamographdeployment",controller="dynamographdeployment"}',
  'workqueue_unfinished_work_seconds{name="dynamographdeployment",controller="dynamographdeployment"}',
  'rest_client_requests_total{code="200",method="PATCH",host="[^"]+"}',
  'dynamo_operator_reconcile_total{resource_type="DynamoGraphDeployment",namespace="NAMESPACE",result="success"}',
  'dynamo_operator_reconcile_duration_seconds_count{resource_type="DynamoComponentDeployment",namespace="NAMESPACE",result="success"}',
  "process_resident_memory_bytes",
  "process_start_time_seconds",
];

Deno.test(
  "the operator starts, stops and reports its state correctly",
  { ignore: noCluster },
  async (t) => {
    const cluster = await sharedCluster();
    const { hostname, port } = new URL(cluster.server);
    const createProxy = () => createTcpProxy({ hostname, port: Number(port) });
    const behind = (proxy: TcpProxy) => ({
      serviceAccount: "process",
      server: `https://127.0.0.1:${proxy.port}`,
    });
    using admin = await connectAdmin(cluster);

    /** Starts an operator behind a slow proxy, and resolves after its first write for a new graph. */
    const startBusyOperator = async (proxy: TcpProxy) => {
      proxy.forward(SLOW_MS);
      const operator = await startTestOperator(cluster, behind(proxy));
      const kube = await createNamespace(admin.client);
      const since = await cluster.audit.mark();
      const { user } = operator;
      const { path } = cluster.audit;
      const busy = untilWritten({ path, since, user, reached: (writes) => writes.length > 0 });
      await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
      await busy;
      return { operator, kube, since };
    };

    // A later step needs this operator. The test starts the operator now, because the operator may need 120 s to detect
    // a silent API server.
    await using stalledProxy = createProxy();
    stalledProxy.forward();
    await using stalledOperator = await startTestOperator(cluster, behind(stalledProxy));
    stalledProxy.stall();

    await t.step(
      "the operator is alive but not ready while it cannot reach an API server",
      async () => {
        await using proxy = createProxy();
        await using operator = await spawnTestOperator(cluster, behind(proxy));
        await eventually(async () => {
          const { status, text } = await operator.readiness();
          assertEquals(status, 503, text);
          assertMatch(text, /\[-\] informer\/deployments\.apps: not in sync yet: .*refused/);
          assertMatch(text, /not ready\n$/);
        });
        assertEquals((await probe(`${operator.healthUrl}/healthz`)).status, 200);
        proxy.forward();
        await eventually(async () => assertEquals((await operator.readiness()).status, 200));
        assertMatch((await operator.readiness()).text, /\[\+\] informer\/deployments\.apps ok/);
      },
    );

    await t.step("the operator stops at once if it has never reached an API server", async () => {
      await using proxy = createProxy();
      const operator = await spawnTestOperator(cluster, behind(proxy));
      await eventually(async () => assertEquals((await operator.readiness()).status, 503));
      const { code, tookMs } = await stopped(operator);
      assertEquals(code, 0, await operator.log());
      assert(tookMs < GRACE_MS, `the operator took ${tookMs} ms to stop`);
    });

    await t.step(
      "on SIGTERM the operator completes its reconciliation and starts no other",
      async () => {
        await using proxy = createProxy();
        const { operator, kube, since } = await startBusyOperator(proxy);
        const { code, tookMs } = await stopped(operator);
        assertEquals(code, 0, await operator.log());
        assert(tookMs < GRACE_MS, `the operator took ${tookMs} ms to stop`);

        // The operator creates this RoleBinding as the last child of a graph. So the reconciliation is complete if the
        // RoleBinding exists.
        await kube.get(roleBindings, `${discoveryServiceAccount("chat")}-binding`);
        const writes = writesOf(operator.user, await cluster.audit.entries(since));
        assertEquals(writes.filter(({ code }) => code >= 400), []);
        const log = await operator.log();
        assertEquals(log.split("\n").filter((line) => line.includes('"ERROR"')), []);
        assertStringIncludes(log.trim().split("\n").at(-1) ?? "", "Stopped");

        await using _next = await startTestOperator(cluster, { serviceAccount: "process" });
        await kube.untilState("chat", "successful");
        await kube.delete(graphs, "chat");
        await kube.untilGone(graphs, "chat");
      },
    );

    await t.step("on SIGTERM the operator does not wait for a silent API server", async () => {
      await using proxy = createProxy();
      const { operator } = await startBusyOperator(proxy);
      proxy.stall();
      const { code, tookMs } = await stopped(operator);
      assertEquals(code, 0, await operator.log());
      assert(tookMs < SILENT_STOP_MS, `the operator took ${tookMs} ms to stop`);
      // The log shows why the operator aborted its requests: the end of the grace period, or an expired leader Lease.
      assertMatch(await operator.log(), /cut off|Lost the Lease/);
    });

    await t.step("the metrics of the operator report its work", async () => {
      await using operator = await startTestOperator(cluster, { serviceAccount: "process" });
      const kube = await createNamespace(admin.client);
      await kube.apply(graphs, graphOf("chat", { Frontend: frontend() }));
      await kube.untilState("chat", "successful");
      const { text } = await probe(`${operator.metricsUrl}/metrics`);
      assertEquals(await documentedMetrics(), metricsIn(text));
      for (const series of SERIES) {
        assertMatch(text, new RegExp(`^${series.replaceAll("NAMESPACE", kube.namespace)} `, "m"));
      }
      await kube.delete(graphs, "chat");
      await kube.untilGone(graphs, "chat");
    });

    await t.step("the operator detects a silent API server", async () => {
      await eventually(async () => {
        const { status, text } = await stalledOperator.readiness();
        assertEquals(status, 503, text);
        assertMatch(text, /\[-\] informer\/deployments\.apps: received nothing for \d+ s/);
      }, DETECTED_MS);
      assertEquals((await probe(`${stalledOperator.healthUrl}/healthz`)).status, 200);
      stalledProxy.forward();
      await eventually(async () => {
        const { status, text } = await stalledOperator.readiness();
        assertEquals(status, 200, text);
      });
    });
  },
);

async function documentedMetrics(): Promise<string[]> {
  const guide = await Deno.readTextFile(new URL("../docs/operations.md", import.meta.url));
  const [, section = ""] = guide.split("\n## Metrics\n");
  const rows = section.split("\n### Alerts\n")[0]?.split("\n") ?? [];
  return rows.filter((row) => row.startsWith("| `")).flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name)
  ).sort();
}

function metricsIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = ""]) => name).sort();
}

async function stopped(operator: TestOperator): Promise<{ code: number; tookMs: number }> {
  const startedMs = performance.now();
  const code = await operator.stop("SIGTERM");
  return { code, tookMs: Math.round(performance.now() - startedMs) };
}
