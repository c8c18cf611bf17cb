import { type Secret, secrets } from "../../kube/builtin.ts";
import { objectKey } from "../../kube/object.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { withoutApplyHistory } from "../dynamo/projection.ts";
import { APPLY_AND_PRUNE, type ChildKind, childKind } from "../engine/child_kind.ts";

/**
 * Name of the index that finds the parents whose pods mount the MPI Secret. Each parent has two keys: its namespace,
 * and "" for all namespaces.
 */
export const BY_MPI_SECRET = "mpi-secret";

/** Returns the child kind of the MPI Secrets. A Secret affects the parents in the index {@link BY_MPI_SECRET}. */
export function mpiSecretKind({ mpiSecret }: Pick<ChildSettings, "mpiSecret">): ChildKind<Secret> {
  return childKind({
    resource: secrets,
    name: mpiSecret.name,
    // The store keeps the data, because the operator copies it and sends it again in each apply.
    project: withoutApplyHistory,
    keys({ metadata: { namespace = "" } }, own) {
      const isSource = namespace === mpiSecret.namespace;
      return own.byIndex(BY_MPI_SECRET, isSource ? "" : namespace)
        .map(({ metadata }) => objectKey(metadata));
    },
    verbs: APPLY_AND_PRUNE,
  });
}
