// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { mergeRules, rule } from "./policy_rules.ts";

Deno.test("rules on one resource become one with all their verbs", () => {
  assertEquals(
    mergeRules([
      rule("apps", ["deployments"], ["patch", "list"]),
      rule("", ["services", "pods"], ["list"]),
      rule("apps", ["deployments"], ["list", "create"]),
    ]),
    [
      rule("", ["pods"], ["list"]),
      rule("", ["services"], ["list"]),
      rule("apps", ["deployments"], ["create", "list", "patch"]),
    ],
  );
});

Deno.test("a right on some names is not widened to all", () => {
  assertEquals(
    mergeRules([rule("r", ["roles"], ["bind"], ["one"]), rule("r", ["roles"], ["list"])]),
    [rule("r", ["roles"], ["bind"], ["one"]), rule("r", ["roles"], ["list"])],
  );
});
