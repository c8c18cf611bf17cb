// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import { runKubectl } from "../../devcluster/kubectl.ts";
import { leaderAccess } from "../../lease/rbac.ts";
import { mergeRules } from "../../kube/policy_rules.ts";
import { operatorRules } from "../../commands/run/operator_rbac.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";

const ACCOUNT = "dynamo-platform-dynamo-operator-controller-manager";

/** What the API server says of its own accord that an account may do in a namespace. */
interface Review {
  status: { incomplete: boolean; resourceRules: V1PolicyRule[] };
}

Deno.test("the API server grants a restricted operator what it declares in its namespace, elsewhere nothing", async () => {
  await using chartCluster = await startChartCluster();
  await installCrdChart(chartCluster);
  await chartCluster.cluster.kubectl(["create", "namespace", "team"]);
  await chartCluster.helm([
    ...["install", "dynamo-platform", "./platform/", "--namespace", "tools", "--create-namespace"],
    ...["--set", "dynamo-operator.namespaceRestriction.enabled=true"],
    ...["--set", "dynamo-operator.namespaceRestriction.targetNamespace=team"],
  ]);
  // Every account has these: looking at its own rights.
  const everybodys = await rightsIn(chartCluster, "default", "default");
  assertEquals(await rightsIn(chartCluster, "tools", ACCOUNT), everybodys);
  assertEquals(await rightsIn(chartCluster, "tools", ACCOUNT, "kube-system"), everybodys);

  const declared = [...operatorRules({ scope: "namespace" }), ...leaderAccess()];
  const granted = await rightsIn(chartCluster, "tools", ACCOUNT, "team");
  assertEquals(
    granted.filter((rule) => !everybodys.includes(rule)),
    mergeRules(declared).map((rule) => JSON.stringify(rule)).sort(),
  );
});

/** The rights of an account in a namespace, its own when absent, in one order and as text. */
async function rightsIn(
  { cluster }: ChartCluster,
  home: string,
  account: string,
  namespace = home,
): Promise<string[]> {
  const { kubeconfig } = await cluster.serviceAccount({ namespace: home, name: account });
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
