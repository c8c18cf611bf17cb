import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../../kube/builtin.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { Warning } from "../dynamo/warning.ts";

/**
 * Plans the PVCs that the operator must create for a graph. Returns a problem for any other PVC that is missing.
 *
 * The operator also uses a PVC that another client created. PVCs hold data, so the operator never deletes them. It
 * expands only the PVCs that it created, see {@linkcode pvcResizes}. If the graph is deleted, the garbage collector
 * deletes the PVCs that the operator created for it.
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

/**
 * Returns warnings about the PVCs of a graph that keep another StorageClass or access mode than the spec has. Kubernetes
 * changes neither of an existing PVC.
 */
export function pvcWarnings(
  graph: DynamoGraphDeployment,
  observed: Pick<Observed, "find">,
): Warning[] {
  return (graph.spec.pvcs ?? []).flatMap(
    ({ name, create, storageClass, volumeAccessMode }, index) => {
      const live = observed.find(persistentVolumeClaims, name);
      if (!create || !live || !isOwn(live, graph)) return [];
      const { storageClassName = "", accessModes = [] } = live.spec ?? {};
      const kept = [
        { field: "storageClass", from: storageClassName, to: storageClass },
        { field: "volumeAccessMode", from: accessModes.join(", "), to: volumeAccessMode },
      ];
      return kept.filter(({ from, to }) => to !== undefined && from !== to)
        .map(({ field, from, to }) => ({
          field: `spec.pvcs[${index}].${field}`,
          message:
            `"${to}" has no effect: PersistentVolumeClaim "${name}" keeps "${from}", because ` +
            `Kubernetes cannot change it: restore "${from}", or use another PersistentVolumeClaim`,
        }));
    },
  );
}

function isOwn(live: PersistentVolumeClaim, { metadata }: DynamoGraphDeployment): boolean {
  return controllerOf(live)?.uid === metadata.uid;
}

/** A PVC that the operator created for a graph, and whose size in the spec of the graph has changed. */
export interface PvcResize {
  name: string;
  uid: string;
  from: string;
  to: string;
  grows: boolean;
}

/**
 * Returns the bound PVCs of a graph whose live size differs from the spec. Kubernetes does not resize a PVC before it
 * is bound.
 */
export function pvcResizes(graph: DynamoGraphDeployment, observed: Observed): PvcResize[] {
  return (graph.spec?.pvcs ?? []).flatMap(({ name, create, size }) => {
    const live = observed.find(persistentVolumeClaims, name);
    const from = live?.spec?.resources?.requests?.["storage"];
    const { uid = "", deletionTimestamp } = live?.metadata ?? {};
    const isBound = live?.status?.phase === "Bound" && !deletionTimestamp;
    if (
      !create || !live || !isOwn(live, graph) || !isBound || from === undefined ||
      size === undefined
    ) return [];
    const [before, after] = [bytesOf(from), bytesOf(size)];
    if (before === undefined || after === undefined || before === after) return [];
    return [{ name, uid, from, to: String(size), grows: after > before }];
  });
}

/** Returns a size in billionths of a byte; undefined for an invalid size, which an older CRD accepted. */
function bytesOf(size: string | number): bigint | undefined {
  try {
    return parseQuantity(size);
  } catch {
    return undefined;
  }
}
