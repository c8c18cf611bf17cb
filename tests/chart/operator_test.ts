// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { writesOf } from "../../devcluster/audit_entry.ts";
import { graphs } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { fullGraph } from "../support/graphs.ts";
import { createNamespace } from "../support/namespace_client.ts";
import { startChartOperator } from "./chart_operator.ts";
import { installCrdChart, startChartCluster } from "./chart_cluster.ts";

const MARKERS = ["--field-selector", "metadata.name=dynamo-operator-namespace-scope"];

Deno.test("operators with the ServiceAccounts and flags of their charts reconcile graphs in their own namespaces only", async () => {
  await using chartCluster = await startChartCluster();
  const { cluster } = chartCluster;
  using connection = await connectAdmin(cluster);
  await installCrdChart(chartCluster);
  const team = await createNamespace(connection.client, "my-namespace");
  const elsewhere = await createNamespace(connection.client, "elsewhere");
  await chartCluster.helm([
    ...["install", "dynamo-platform", "./platform/"],
    ...["--namespace", "dynamo-system", "--create-namespace"],
  ]);
  await chartCluster.helm([
    ...["install", "dynamo-platform", "./platform/", "--namespace", "my-namespace"],
    ...["--set", "dynamo-operator.namespaceRestriction.enabled=true"],
    ...["--set", "dynamo-operator.imagePullSecretDiscovery.enabled=false"],
    ...["--set", "dynamo-operator.controllerManager.manager.image.tag=v2.0.0-beta"],
  ]);
  await using restricted = await startChartOperator(chartCluster, "my-namespace");
  await using clusterWide = await startChartOperator(chartCluster, "dynamo-system");

  assertEquals(
    await cluster.kubectl([
      ...["get", "lease", "-n", "my-namespace", "dynamo-operator-namespace-scope"],
      ...["-o", "jsonpath={.spec.holderIdentity}"],
    ]),
    "namespace-restricted-operator-v2.0.0-beta",
  );
  assertEquals(
    await cluster.kubectl(["get", "lease", "-A", ...MARKERS, "-o", "name"]),
    "lease.coordination.k8s.io/dynamo-operator-namespace-scope\n",
  );
  for (const kube of [team, elsewhere]) await kube.apply(graphs, fullGraph("all"));
  for (const kube of [team, elsewhere]) await kube.untilState("all", "successful");

  const entries = await cluster.audit.entries();
  const writtenTo = (user: string) =>
    [...new Set(writesOf(user, entries).map(({ namespace }) => namespace))].sort();
  assertEquals(writtenTo(restricted.user), ["my-namespace"]);
  assertEquals(writtenTo(clusterWide.user), ["elsewhere"]);
  assertEquals([...await restricted.refusals(), ...await clusterWide.refusals()], []);

  assertEquals(await restricted.stop(), 0);
  assertEquals(await cluster.kubectl(["get", "lease", "-A", ...MARKERS, "-o", "name"]), "");
  assertEquals(await clusterWide.stop(), 0);
});
