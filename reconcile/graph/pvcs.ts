import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { type PersistentVolumeClaim, persistentVolumeClaims } from "../../kube/builtin.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import type { Observed } from "../apply/observed.ts";
import { controllerOf, describeOwner } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { Warning } from "../dynamo/warning.ts";

/**
 * Plans the PVCs that the operator must create for a graph. Returns a problem for each missing PVC that a user must
 * create.
 *
 * The operator also uses a PVC that another client created. PVCs hold data, so the operator never deletes them. It
 * expands only the PVCs that it created, see {@linkcode pvcResizes}. If the graph is deleted, the garbage collector
 * deletes the PVCs that the operator created for it.
 *
 * If several entries of `spec.pvcs` have the same name, the operator uses the first entry that sets `create`. If no
 * entry sets `create`, the operator uses the first entry. The other entries cause warnings.
 */
export function planPvcs(
  graph: DynamoGraphDeployment,
  observed: Observed,
): { planned: Planned[]; problems: Problem[]; warnings: Warning[] } {
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  const { namespace } = graph.metadata;
  const counted = countedEntries(graph);
  for (const [index, pvc] of (graph.spec.pvcs ?? []).entries()) {
    const [other] = counted.get(pvc.name) ?? [index];
    if (other !== index) {
      const message = `is ignored: spec.pvcs[${other}] has the same name "${pvc.name}": ` +
        "remove one of them";
      warnings.push({ field: `spec.pvcs[${index}]`, message });
    } else if (pvc.create) {
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
  return { planned, problems, warnings };
}

type Entry = NonNullable<DynamoGraphDeployment["spec"]["pvcs"]>[number];

/** Returns, for each PVC name, the entry of `spec.pvcs` that the operator uses, with its index. */
function countedEntries({ spec }: DynamoGraphDeployment): Map<string, [number, Entry]> {
  const counted = new Map<string, [number, Entry]>();
  for (const [index, pvc] of (spec?.pvcs ?? []).entries()) {
    const [, former] = counted.get(pvc.name) ?? [];
    if (!former || (pvc.create && !former.create)) counted.set(pvc.name, [index, pvc]);
  }
  return counted;
}

/**
 * Returns warnings about PVCs that already exist although the spec sets `create`. If another object owns such a PVC,
 * the garbage collector deletes the PVC together with its owner. An existing PVC keeps its StorageClass and access
 * mode, because Kubernetes cannot change them.
 */
export function pvcWarnings(
  graph: DynamoGraphDeployment,
  observed: Pick<Observed, "find">,
): Warning[] {
  return [...countedEntries(graph).values()].flatMap(([index, pvc]) => {
    const live = observed.find(persistentVolumeClaims, pvc.name);
    if (!pvc.create || !live) return [];
    const place = `spec.pvcs[${index}]`;
    if (isOwn(live, graph)) return keptFields(pvc, live, place);
    if (!controllerOf(live)) return [];
    const message = `PersistentVolumeClaim "${pvc.name}" belongs to another object ` +
      `(${
        describeOwner(live)
      }) and is deleted together with it: use another name, or create the PersistentVolumeClaim yourself`;
    return [{ field: `${place}.name`, message }];
  });
}

function keptFields(
  { name, storageClass, volumeAccessMode }: Entry,
  { spec }: PersistentVolumeClaim,
  place: string,
): Warning[] {
  const { storageClassName = "", accessModes = [] } = spec ?? {};
  return [
    { field: "storageClass", from: storageClassName, to: storageClass },
    { field: "volumeAccessMode", from: accessModes.join(", "), to: volumeAccessMode },
  ].filter(({ from, to }) => to !== undefined && from !== to).map(({ field, from, to }) => ({
    field: `${place}.${field}`,
    message: `"${to}" has no effect: PersistentVolumeClaim "${name}" keeps "${from}", because ` +
      `Kubernetes cannot change it: restore "${from}", or use another PersistentVolumeClaim`,
  }));
}

function isOwn(live: PersistentVolumeClaim, { metadata }: DynamoGraphDeployment): boolean {
  return controllerOf(live)?.uid === metadata.uid;
}

/** A PVC that the operator created for a graph. Its current size differs from the size in the spec of the graph. */
export interface PvcResize {
  name: string;
  uid: string;
  from: string;
  to: string;
  grows: boolean;
}

/**
 * Returns each bound PVC whose size differs from the size in the spec of the graph. Kubernetes cannot resize a PVC
 * before it is bound.
 */
export function pvcResizes(graph: DynamoGraphDeployment, observed: Observed): PvcResize[] {
  return [...countedEntries(graph).values()].flatMap(([, { name, create, size }]) => {
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

/** Returns a size in billionths of a byte; undefined for an invalid size. Older CRDs accepted invalid sizes. */
function bytesOf(size: string | number): bigint | undefined {
  try {
    return parseQuantity(size);
  } catch {
    return undefined;
  }
}
