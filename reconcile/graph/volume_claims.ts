import { type PersistentVolumeClaim, persistentVolumeClaims } from "../../kube/builtin.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { Problem } from "../dynamo/problem.ts";

/**
 * The claims that a graph asks to be created, and a problem for each that it only names and that does not exist.
 * An existing claim is used as it is, whoever made it; none is ever changed or deleted here, for it holds data. A
 * created one dies with its graph.
 */
export function planVolumeClaims(
  graph: DynamoGraphDeployment,
  observed: Observed,
): { planned: Planned[]; problems: Problem[] } {
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  for (const [index, claim] of (graph.spec.pvcs ?? []).entries()) {
    if (claim.create) {
      const manifest: PersistentVolumeClaim = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
          name: claim.name,
          ...(graph.metadata.namespace && { namespace: graph.metadata.namespace }),
        },
        spec: {
          accessModes: [claim.volumeAccessMode ?? ""],
          resources: { requests: { storage: String(claim.size) } },
          storageClassName: claim.storageClass ?? "",
        },
      };
      planned.push({
        resource: persistentVolumeClaims,
        manifest,
        policy: "create",
        controlled: true,
      });
    } else if (!observed.find(persistentVolumeClaims, claim.name)) {
      problems.push({
        reason: "VolumeClaimMissing",
        field: `spec.pvcs[${index}].name`,
        message:
          `PersistentVolumeClaim "${claim.name}" does not exist: create it, or set create to true`,
      });
    }
  }
  return { planned, problems };
}
