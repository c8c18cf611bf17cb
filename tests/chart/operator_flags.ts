import type { Deployment } from "../../kube/builtin.ts";

/**
 * Returns the flags of the operator in the chart's Deployment. Throws unless its only container runs the subcommand
 * `run`.
 */
export function operatorFlags({ spec }: Deployment): string[] {
  const containers = spec?.template.spec?.containers ?? [];
  const [command, ...flags] = containers[0]?.args ?? [];
  if (containers.length === 1 && command === "run") return flags;
  throw new Error(
    `Expected one container with the command "run", found ${JSON.stringify(containers)}`,
  );
}
