// @ts-types="../../types/std/assert.d.ts"
import { assertStringIncludes } from "@std/assert";
import { graphRules, otherRules, pvcRules, restartRules, serviceRules } from "./create_rules.ts";
import { partitionRules } from "./partition_rules.ts";
import { installCrds, kubectl, noServer, refusal } from "./server.ts";

const everyRule = [
  ...graphRules,
  ...restartRules,
  ...pvcRules,
  ...serviceRules,
  ...otherRules,
  ...partitionRules,
];
const TRY = ["create", "--dry-run=server", "--namespace=default", "-f", "-"];

Deno.test(
  "the API server accepts and refuses new objects by every rule",
  { ignore: noServer },
  async (test) => {
    await installCrds();
    for (const rule of everyRule) {
      await test.step(rule.name, async () => {
        const [, output] = await Promise.all([
          kubectl(TRY, rule.accepted),
          refusal(TRY, rule.refused),
        ]);
        assertStringIncludes(output, rule.message);
      });
    }
  },
);
