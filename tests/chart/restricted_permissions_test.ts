// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import { runKubectl } from "../../devcluster/kubectl.ts";
import { leaderRules } from "../../lease/rbac.ts";
import { mergeRules } from "../../tools/chart/merge_rules.ts";
import { operatorRules } from "../../tools/chart/operator_rules.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";

const SERVICE_ACCOUNT = "dynamo-platform-dynamo-operator-controller-manager";

/** Response of the API server to a SelfSubjectRulesReview: the permissions of the requester in a namespace. */
interface Review {
  status: { incomplete: boolean; resourceRules: V1PolicyRule[] };
}

Deno.test("a namespace-scoped operator has its declared permissions in its namespace, and no permissions elsewhere", async () => {
  await using chartCluster = await startChartCluster();
  await installCrdChart(chartCluster);
  await chartCluster.cluster.kubectl(["create", "namespace", "team"]);
  await chartCluster.helm([
    ...["install", "dynamo-platform", "./platform/", "--namespace", "tools", "--create-namespace"],
    ...["--set", "dynamo-operator.namespaceRestriction.enabled=true"],
    ...["--set", "dynamo-operator.namespaceRestriction.targetNamespace=team"],
  ]);
  // Permissions that every ServiceAccount has, such as creating a SelfSubjectRulesReview.
  const common = await permissionsIn(chartCluster, "default", "default");
  assertEquals(await permissionsIn(chartCluster, "tools", SERVICE_ACCOUNT), common);
  assertEquals(await permissionsIn(chartCluster, "tools", SERVICE_ACCOUNT, "kube-system"), common);

  const declared = [...operatorRules({ scope: "namespace" }), ...leaderRules()];
  const granted = await permissionsIn(chartCluster, "tools", SERVICE_ACCOUNT, "team");
  assertEquals(
    granted.filter((rule) => !common.includes(rule)),
    mergeRules(declared).map((rule) => JSON.stringify(rule)).sort(),
  );
});

/**
 * Returns the permissions that a ServiceAccount has in a namespace (by default, in its own), as sorted texts.
 */
async function permissionsIn(
  { cluster }: ChartCluster,
  home: string,
  serviceAccount: string,
  namespace = home,
): Promise<string[]> {
  const { kubeconfig } = await cluster.serviceAccount({ namespace: home, name: serviceAccount });
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  };
  const { status }: Review = JSON.parse(
    await runKubectl(
      cluster.program("kubectl"),
      kubeconfig,
      ["create", "--validate=false", "-o", "json", "-f", "-"],
      JSON.stringify(review),
    ),
  );
  return mergeRules(status.resourceRules).map((rule) => JSON.stringify(rule)).sort();
}
