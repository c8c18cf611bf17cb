// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runKubectl } from "../../devcluster/kubectl.ts";
import { eventually } from "../support/eventually.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";
import { tryHelm } from "./helm.ts";

const RESTRICTED = ["--set", "dynamo-operator.namespaceRestriction.enabled=true"];

Deno.test("a user with the ClusterRole admin in one namespace can install an operator for it", async () => {
  await using chartCluster = await startChartCluster();
  await installCrdChart(chartCluster);
  const tenant = await namespaceAdmin(chartCluster, "team");
  const asTenant = { kubeconfig: tenant.kubeconfig };
  const kubectl = (...args: string[]) =>
    runKubectl(chartCluster.cluster.program("kubectl"), tenant.kubeconfig, args);

  await chartCluster.helm([
    ...["install", "dynamo-platform", "./platform/", "--namespace", "team", ...RESTRICTED],
    ...["--set", "dynamo-operator.controllerManager.replicas=2"],
    ...["--set", "dynamo-operator.networkPolicy.enabled=true"],
    ...["--wait", "--timeout", "60s"],
  ], asTenant);
  assertStringIncludes(await kubectl("get", "deployments"), "2/2");

  await chartCluster.helm(
    ["upgrade", "dynamo-platform", "./platform/", "--namespace", "team", "--reuse-values"],
    asTenant,
  );
  const second = await tryHelm(
    ["install", "other", "./platform/", "--namespace", "team", ...RESTRICTED],
    asTenant,
  );
  assertStringIncludes(second.stderr, 'release "dynamo-platform" in namespace "team" manages it');

  const clusterWide = await tryHelm(
    ["install", "mine", "./platform/", "--namespace", "team"],
    asTenant,
  );
  assertEquals(clusterWide.success, false);

  await chartCluster.helm(["uninstall", "dynamo-platform", "--namespace", "team"], asTenant);
  // Helm keeps ServiceAccounts that pods may still use. It also keeps the operator's ServiceAccount, because the
  // operator needs it to release its Leases.
  assertEquals(
    (await kubectl("get", "serviceaccounts", "-o", "name")).trim().split("\n").sort(),
    [
      "default",
      "dgdr-profiling-job",
      "dynamo-platform-dynamo-operator-controller-manager",
      "planner-serviceaccount",
      "tenant",
    ].map((name) => `serviceaccount/${name}`),
  );
});

/**
 * Creates a ServiceAccount that has only ClusterRole `admin` in a namespace. The chart adds permissions for its custom
 * resources to this ClusterRole.
 */
async function namespaceAdmin({ cluster }: ChartCluster, namespace: string) {
  const access = await cluster.serviceAccount({ namespace, name: "tenant" });
  await cluster.kubectl([
    ...["create", "rolebinding", "tenant", "--namespace", namespace],
    ...["--clusterrole=admin", `--serviceaccount=${namespace}:tenant`],
  ]);
  // Kubernetes adds the rules of the chart to ClusterRole `admin` asynchronously.
  await eventually(async () =>
    assertStringIncludes(
      await cluster.kubectl(["get", "clusterrole", "admin", "-o", "yaml"]),
      "dynamographdeployments/status",
    )
  );
  return access;
}
