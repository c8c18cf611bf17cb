import { z } from "zod";
import type { Rule } from "./rules.ts";

export const backendFramework = z.enum(["sglang", "vllm", "trtllm"]);

/** Returns the rule for a `spec` with a field `backendFramework`. `remedy` names an alternative to a change. */
export function backendFrameworkIsImmutable(remedy: string): Rule {
  return {
    rule:
      "has(self.backendFramework) == has(oldSelf.backendFramework) && (!has(self.backendFramework) || self.backendFramework == oldSelf.backendFramework)",
    message: `backendFramework is immutable and cannot be changed after creation; ${remedy}`,
    fieldPath: ".backendFramework",
    reason: "FieldValueForbidden",
  };
}
