// @ts-types="../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import { claimRules, graphRules, otherRules, serviceRules } from "./create_rules.ts";
import { partitionRules } from "./partition_rules.ts";
import { installKinds, kubectl, noServer, refusal } from "./server.ts";

const everyRule = [
  ...graphRules,
  ...claimRules,
  ...serviceRules,
  ...otherRules,
  ...partitionRules,
];
const TRY = ["create", "--dry-run=server", "--namespace=default", "-f", "-"];

Deno.test("new objects must keep every rule", { ignore: noServer }, async (test) => {
  await installKinds();
  for (const rule of everyRule) {
    await test.step(rule.name, async () => {
      const [, said] = await Promise.all([
        kubectl(TRY, rule.accepted),
        refusal(TRY, rule.refused),
      ]);
      assertStringIncludes(said, rule.message);
    });
  }
});
