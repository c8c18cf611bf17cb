import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../../kube/builtin.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";

/**
 * Plans the PVCs that the operator must create for a graph. Returns a problem for any other PVC that is missing.
 *
 * An existing PVC is used unchanged, no matter which client created it. PVCs hold data, so the operator never changes
 * or deletes them. If the graph is deleted, the garbage collector deletes the PVCs that the operator created for it.
 */
export function planPvcs(
  graph: DynamoGraphDeployment,
  observed: Observed,
): { planned: Planned[]; problems: Problem[] } {
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  const { namespace } = graph.metadata;
  for (const [index, pvc] of (graph.spec.pvcs ?? []).entries()) {
    if (pvc.create) {
      const manifest: PersistentVolumeClaim = {
        apiVersion: persistentVolumeClaims.apiVersion,
        kind: persistentVolumeClaims.kind,
        metadata: { name: pvc.name, ...(namespace && { namespace }) },
        spec: {
          accessModes: [pvc.volumeAccessMode ?? ""],
          resources: { requests: { storage: String(pvc.size) } },
          storageClassName: pvc.storageClass ?? "",
        },
      };
      planned.push({
        resource: persistentVolumeClaims,
        manifest,
        policy: "create",
        controlled: true,
        prerequisite: true,
      });
    } else if (!observed.find(persistentVolumeClaims, pvc.name)) {
      problems.push({
        reason: REASONS.volumeClaimMissing,
        field: `spec.pvcs[${index}].name`,
        message:
          `PersistentVolumeClaim "${pvc.name}" does not exist: create it, or set create to true`,
      });
    }
  }
  return { planned, problems };
}
