import type { KubeObject } from "../../kube/object.ts";
import type { Planned } from "./planned.ts";

/** Returns the planned objects in groups. The executor writes one group after the other. */
export function inWriteOrder(planned: readonly Planned[]): Planned[][] {
  const bindings = planned.filter(({ manifest }) => isBinding(manifest));
  const others = planned.filter(({ manifest }) => !isBinding(manifest));
  return [
    others.filter(({ prerequisite }) => prerequisite),
    others.filter(({ prerequisite }) => !prerequisite),
    bindings,
  ];
}

/**
 * Returns whether the manifest is a RoleBinding. To admit a RoleBinding, the API server reads the Role from a cache,
 * which might not contain a new Role yet. So the executor writes RoleBindings last, and retries after a 404 response.
 */
export function isBinding({ kind }: KubeObject): boolean {
  return kind === "RoleBinding";
}
