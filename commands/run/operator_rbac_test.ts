// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { V1PolicyRule } from "@kubernetes/client-node";
import { leaderAccess } from "../../lease/rbac.ts";
import { isHandBackRight, operatorRules, type RulesOptions } from "./operator_rbac.ts";

const ROLE = { plannerClusterRole: "dynamo-planner" };

/** Every installation that there is. */
const INSTALLATIONS: RulesOptions[] = [true, false].flatMap((pullSecretDiscovery) => [
  { ...ROLE, pullSecretDiscovery },
  { scope: "namespace", pullSecretDiscovery },
]);

function on(resource: string, rules: readonly V1PolicyRule[]): V1PolicyRule[] {
  return rules.filter(({ resources }) => resources?.includes(resource));
}

Deno.test("no installation has a wildcard", () => {
  const wildcards = INSTALLATIONS.flatMap(operatorRules).filter((
    { apiGroups, resources, verbs },
  ) => [apiGroups, resources, verbs].some((words) => words?.includes("*")));
  assertEquals(wildcards, []);
});

Deno.test("only the planner's role may be bound to without having its rights, and nothing escalates", () => {
  const rules = INSTALLATIONS.flatMap(operatorRules)
    .filter(({ verbs }) => verbs.includes("bind") || verbs.includes("escalate"));
  for (const { verbs, resources, resourceNames } of rules) {
    assertEquals(verbs.includes("escalate"), false);
    assertEquals({ resources, resourceNames }, {
      resources: ["clusterroles"],
      resourceNames: ["dynamo-planner"],
    });
  }
  assertEquals(rules.length, 2);
});

Deno.test("an operator of one namespace has no right outside of namespaces", () => {
  assertEquals(on("clusterroles", operatorRules({ scope: "namespace" })), []);
});

Deno.test("without the search for pull Secrets no Secret may be read", () => {
  const withIt = operatorRules(ROLE);
  assertEquals(on("secrets", withIt).map(({ verbs }) => verbs), [
    ["create", "list", "watch"],
  ]);
  const without = operatorRules({ ...ROLE, pullSecretDiscovery: false });
  assertEquals(on("secrets", without).map(({ verbs }) => verbs), [["create"]]);
});

Deno.test("the cluster-wide operator sees the markers by name and writes none, a scoped one its own alone", () => {
  const [names, verbs] = [["dynamo-operator-namespace-scope"], ["list", "watch"]];
  assertEquals(
    on("leases", operatorRules(ROLE)).map((r) => [r.resourceNames, r.verbs]),
    [[names, verbs]],
  );
  const [limited, create] = on("leases", operatorRules({ scope: "namespace" }));
  assertEquals(limited?.resourceNames, names);
  assertEquals(create?.verbs, ["create"]);
});

Deno.test("what a scoped operator gives its Leases back with lets it create none", () => {
  const kept = [...operatorRules({ scope: "namespace" }), ...leaderAccess()].filter(
    isHandBackRight,
  );
  assertEquals(kept.map(({ resources, resourceNames }) => [resources, resourceNames]), [
    [["leases"], ["dynamo-operator-namespace-scope"]],
    [["leases"], ["dynamo.nvidia.com"]],
  ]);
  assertEquals(kept.some(({ verbs }) => verbs.includes("create")), false);
});
