import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "./problem.ts";
import { nodesOf } from "./service_input.ts";

/**
 * Maximum number of replicas of a multinode service, and maximum number of nodes of a replica. Each replica has its own
 * objects, and some commands contain the name of each node. A mistyped number could therefore exhaust the memory of the
 * operator.
 */
export const MAX_MULTINODE_SIZE = 1_000;

/**
 * Checks the number of replicas and the number of nodes of a multinode service.
 *
 * @throws {PlanError} if one of the numbers exceeds {@linkcode MAX_MULTINODE_SIZE}
 */
export function checkMultinodeSize(spec: Pick<ComponentSpec, "multinode" | "replicas">): void {
  const nodes = nodesOf(spec);
  if (nodes <= 1) return;
  check("multinode.nodeCount", nodes);
  check("replicas", spec.replicas ?? 1);
}

function check(field: string, count: number) {
  if (count <= MAX_MULTINODE_SIZE) return;
  throw new PlanError(
    field,
    `must be at most ${MAX_MULTINODE_SIZE} for a service on several nodes, got ${count}`,
  );
}
