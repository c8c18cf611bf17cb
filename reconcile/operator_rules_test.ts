// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { operatorRules } from "./operator_rules.ts";

const wide = operatorRules({ plannerClusterRole: "planner" });
const scoped = operatorRules({ scope: "namespace" });
const on = (rules: typeof wide, resource: string) =>
  rules.filter(({ resources = [] }) => resources.includes(resource));

Deno.test("the cluster-wide operator sees the markers by name and writes none", () => {
  const [rule, ...more] = on(wide, "leases");
  assertEquals([rule?.resourceNames, rule?.verbs], [["dynamo-operator-namespace-scope"], [
    "list",
    "watch",
  ]]);
  assertEquals(more, []);
});

Deno.test("a namespace-scoped operator needs nothing that only a cluster can give", () => {
  assertEquals(on(scoped, "clusterroles"), []);
  assert(on(wide, "clusterroles").length > 0);
  const [limited, create] = on(scoped, "leases");
  assertEquals(limited?.resourceNames, ["dynamo-operator-namespace-scope"]);
  assertEquals(create?.verbs, ["create"]);
});

Deno.test("no right is a wildcard", () => {
  for (const { apiGroups = [], resources = [], verbs } of [...wide, ...scoped]) {
    assert(![...apiGroups, ...resources, ...verbs].includes("*"));
  }
});
