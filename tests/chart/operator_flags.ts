import type { Deployment } from "../../kube/builtin.ts";

/**
 * The flags of `run` that the chart's Deployment gives the operator. Throws if its container runs anything else.
 */
export function operatorFlags({ spec }: Deployment): string[] {
  const containers = spec?.template.spec?.containers ?? [];
  const [command, ...flags] = containers[0]?.args ?? [];
  if (containers.length === 1 && command === "run") return flags;
  throw new Error(
    `Expected one container that is told to run, found ${JSON.stringify(containers)}`,
  );
}
