// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { rule } from "../../kube/policy_rules.ts";
import { mergeRules } from "./merge_rules.ts";

Deno.test("rules for the same resource are merged into one with all verbs", () => {
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

Deno.test("a rule for some names is not extended to all names", () => {
  assertEquals(
    mergeRules([rule("r", ["roles"], ["bind"], ["one"]), rule("r", ["roles"], ["list"])]),
    [rule("r", ["roles"], ["bind"], ["one"]), rule("r", ["roles"], ["list"])],
  );
});
