// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import type { Lease, Pod } from "../../kube/builtin.ts";
import { MARKER_NAME } from "../../lease/marker_lease.ts";
import { deniedByRbac } from "../rbac/permissions.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { eventually } from "../support/eventually.ts";
import { fullGraph } from "../support/graphs.ts";
import { timestampMs } from "../support/handovers.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { type ChartOperator, startChartOperator } from "./chart_operator.ts";
import { documentedCommand, runInShell } from "./documented_commands.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";
import { CHARTS } from "./helm.ts";

const NAMESPACE = "my-namespace";
const RELEASE = ["dynamo-platform", "--namespace", NAMESPACE];
const INSTALL = [
  ...["install", "dynamo-platform", "./platform/", "--namespace", NAMESPACE],
  ...["--set", "dynamo-operator.namespaceRestriction.enabled=true", "--wait", "--timeout", "60s"],
];
/** Maximum time from the deletion of the operator's pod until the operator has released its marker Lease. */
const HANDOVER_MS = 2_000;
const FULLNAME = "dynamo-platform-dynamo-operator";

Deno.test("an uninstalled namespace-scoped operator releases its namespace at once, and can be installed again", async () => {
  await using chartCluster = await startChartCluster();
  const { cluster } = chartCluster;
  using connection = await connectAdmin(cluster);
  await installCrdChart(chartCluster);
  const team = await createNamespace(connection.client, NAMESPACE);

  await chartCluster.helm(INSTALL);
  await using first = await startChartOperator(chartCluster, NAMESPACE);
  await team.apply(graphs, fullGraph("all"));
  await team.untilState("all", "successful");
  await uninstall(chartCluster, first);
  await untilLeft(chartCluster, [
    `role.rbac.authorization.k8s.io/${FULLNAME}-hand-back-role`,
    `rolebinding.rbac.authorization.k8s.io/${FULLNAME}-hand-back-rolebinding`,
    `serviceaccount/${FULLNAME}-controller-manager`,
  ]);

  await chartCluster.helm(INSTALL);
  await using second = await startChartOperator(chartCluster, NAMESPACE);
  await team.apply(graphs, fullGraph("again"));
  await team.untilState("again", "successful");
  await uninstall(chartCluster, second);

  const remove = "kubectl delete serviceaccount,role,rolebinding";
  await runInShell(await documentedCommand(remove, "operations.md"), {
    kubeconfig: cluster.kubeconfig,
    kubectl: cluster.program("kubectl"),
    directory: CHARTS,
  });
  await untilLeft(chartCluster, []);
});

/** Uninstalls the release. Stops the operator's process when its pod is deleted, as the kubelet does. */
async function uninstall(
  chartCluster: ChartCluster,
  operator: ChartOperator,
): Promise<void> {
  const { cluster } = chartCluster;
  const mark = await cluster.audit.mark();
  await Promise.all([untilPodEnds(chartCluster), chartCluster.helm(["uninstall", ...RELEASE])]);
  const stoppedMs = Date.now();
  const stopping = operator.stop();
  await eventually(async () => {
    const found = await leases(chartCluster);
    // The leader Lease remains: like client-go, the operator releases this Lease by clearing its holder.
    assertEquals(found.map(({ metadata, spec }) => [metadata.name, spec?.holderIdentity ?? ""]), [
      ["dynamo.nvidia.com", ""],
    ]);
  });
  assertEquals(await stopping, 0);
  const release = (await cluster.audit.entries(mark)).find(({ user, verb, name }) =>
    user === operator.user && verb === "delete" && name === MARKER_NAME
  );
  const afterMs = release ? timestampMs(release.completedAt) - stoppedMs : Infinity;
  assert(afterMs < HANDOVER_MS, `a marker Lease was released after ${afterMs} ms`);
  const refused = deniedByRbac(await cluster.audit.requests(mark))
    .filter(({ user, resource }) => user === operator.user && resource === "leases");
  assertEquals(refused.map(({ verb, uri }) => `${verb} ${uri}`), []);
}

async function leases({ cluster }: ChartCluster): Promise<Lease[]> {
  const list = ["get", "leases", "--namespace", NAMESPACE, "-o", "json"];
  return JSON.parse(await cluster.kubectl(list)).items;
}

async function untilPodEnds({ cluster }: ChartCluster): Promise<void> {
  await eventually(async () => {
    const { items }: { items: Pod[] } = JSON.parse(
      await cluster.kubectl([
        ...["get", "pods", "--namespace", NAMESPACE, "-l", "control-plane=controller-manager"],
        ...["-o", "json"],
      ]),
    );
    const running = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    assertEquals(running.map(({ metadata }) => metadata.name), []);
  });
}

/** Resolves when exactly the `expected` objects of the chart remain in the namespace. */
async function untilLeft({ cluster }: ChartCluster, expected: string[]): Promise<void> {
  await eventually(async () => {
    const all = await cluster.kubectl([
      ...["get", "all,serviceaccounts,roles,rolebindings,configmaps,secrets"],
      ...["--namespace", NAMESPACE, "-l", "control-plane=controller-manager", "-o", "name"],
    ]);
    assertEquals(all.split("\n").filter((name) => name !== "").sort(), expected);
  });
}
