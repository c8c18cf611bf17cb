import { PlanError } from "../dynamo/problem.ts";
import { isFrontend, type ServiceSpec } from "../dynamo/service_input.ts";

/**
 * Checks the fields that a service on several nodes needs: the number of GPUs of each node, from which its command
 * derives the ranks of the nodes, and the command itself.
 *
 * @throws {PlanError} for the first field that is missing
 */
export function checkMultinode(spec: ServiceSpec): void {
  if (spec.resources?.limits?.gpu === undefined) {
    throw new PlanError(
      "resources.limits.gpu",
      "is required for a service on several nodes: set the number of GPUs of each node",
    );
  }
  const { command = [], args = [] } = spec.extraPodSpec?.mainContainer ?? {};
  if (!isFrontend(spec) && command.length === 0 && args.length === 0) {
    throw new PlanError(
      "extraPodSpec.mainContainer.args",
      "is required for a service on several nodes: set the command of the leader",
    );
  }
}
