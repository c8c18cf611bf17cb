// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import { leaderRules } from "../../lease/rbac.ts";
import { isLeaseReleaseRule, operatorRules, type RulesOptions } from "./operator_rules.ts";

const ROLE = { plannerClusterRole: "dynamo-planner", profilingClusterRole: "dynamo-profiling" };

/** All combinations of scope and settings that change the rules. */
const INSTALLATIONS: RulesOptions[] = [
  { pullSecretDiscovery: true, virtualServices: true },
  { pullSecretDiscovery: false, virtualServices: false },
].flatMap((settings): RulesOptions[] => [
  { ...ROLE, ...settings },
  { scope: "namespace", ...settings },
]);

function on(resource: string, rules: readonly V1PolicyRule[]): V1PolicyRule[] {
  return rules.filter(({ resources }) => resources?.includes(resource));
}

Deno.test("the rules contain no wildcard", () => {
  const wildcards = INSTALLATIONS.flatMap(operatorRules).filter((
    { apiGroups, resources, verbs },
  ) => [apiGroups, resources, verbs].some((words) => words?.includes("*")));
  assertEquals(wildcards, []);
});

Deno.test("the operator may bind only the ClusterRoles of pods without their permissions, and never escalates", () => {
  const rules = INSTALLATIONS.flatMap(operatorRules)
    .filter(({ verbs }) => verbs.includes("bind") || verbs.includes("escalate"));
  for (const { verbs, resources, resourceNames } of rules) {
    assertEquals(verbs.includes("escalate"), false);
    assertEquals(resources, ["clusterroles"]);
    assertEquals(
      ["dynamo-planner", "dynamo-profiling"].includes(resourceNames?.join() ?? ""),
      true,
    );
  }
  assertEquals(rules.length, 4);
});

Deno.test("a namespace-scoped operator needs no permission on cluster-scoped kinds", () => {
  assertEquals(on("clusterroles", operatorRules({ scope: "namespace" })), []);
});

Deno.test("without pull Secret discovery the operator may read only the MPI Secret", () => {
  const mpi = [["mpi-run-ssh-secret"], ["create", "delete", "list", "patch", "watch"]];
  const rulesOf = (options: RulesOptions) =>
    on("secrets", operatorRules(options)).map((rule) => [rule.resourceNames, rule.verbs]);
  assertEquals(rulesOf(ROLE), [mpi, [undefined, ["create", "list", "watch"]]]);
  assertEquals(rulesOf({ ...ROLE, pullSecretDiscovery: false }), [mpi, [undefined, ["create"]]]);
});

Deno.test("only an operator with an Istio gateway may access VirtualServices", () => {
  assertEquals(on("virtualservices", operatorRules(ROLE)), []);
  for (const scope of [ROLE, { scope: "namespace" } as const]) {
    const rules = on("virtualservices", operatorRules({ ...scope, virtualServices: true }));
    assertEquals(rules, [{
      apiGroups: ["networking.istio.io"],
      resources: ["virtualservices"],
      verbs: ["create", "delete", "list", "patch", "watch"],
    }]);
  }
});

Deno.test("a cluster-wide operator lists marker Leases and writes none, a namespace-scoped one writes its own", () => {
  const [names, verbs] = [["dynamo-operator-namespace-scope"], ["list", "watch"]];
  assertEquals(
    on("leases", operatorRules(ROLE)).map((r) => [r.resourceNames, r.verbs]),
    [[names, verbs]],
  );
  const [limited, create] = on("leases", operatorRules({ scope: "namespace" }));
  assertEquals(limited?.resourceNames, names);
  assertEquals(create?.verbs, ["create"]);
});

Deno.test("the rules that a namespace-scoped operator keeps for its Leases do not permit creation", () => {
  const kept = [...operatorRules({ scope: "namespace" }), ...leaderRules()].filter(
    isLeaseReleaseRule,
  );
  assertEquals(kept.map(({ resources, resourceNames }) => [resources, resourceNames]), [
    [["leases"], ["dynamo-operator-namespace-scope"]],
    [["leases"], ["dynamo.nvidia.com"]],
  ]);
  assertEquals(kept.some(({ verbs }) => verbs.includes("create")), false);
});
