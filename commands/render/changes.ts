import { withDefaults } from "../../crds/parse/parse_manifest.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { podCliqueSets } from "../../kube/optional_kinds.ts";
import { shapeOf } from "../../kube/resource.ts";
import { applyResult } from "../../reconcile/apply/apply_result.ts";
import { drift } from "../../reconcile/apply/drift.ts";
import { type Ref, refOf } from "../../reconcile/apply/execution.ts";
import { foreignFields, ownFields } from "../../reconcile/apply/managed_fields.ts";
import { FORMER_HASH } from "../../reconcile/apply/adoption_marks.ts";
import { PLAN_HASH } from "../../reconcile/apply/plan_hash.ts";
import { removedFields, reorderedLists } from "../../reconcile/apply/removed_fields.ts";
import { needsTakeOver, takenOver } from "../../reconcile/apply/take_over.ts";
import { components } from "../../reconcile/dynamo/resources.ts";
import { workloadKinds } from "../../reconcile/workload/workloads.ts";
import type { ParentPlan, Step } from "./plan_parents.ts";

/** A change to one object of a cluster. */
export interface Change {
  verb: "create" | "change" | "replace" | "delete";
  ref: Ref;
  /** Paths of the fields that change, or the reason for a deletion. */
  why: readonly string[];
  /** Effect of the change on running pods: new pods replace them, or they end without a replacement. */
  pods?: "restart" | "stop";
}

/**
 * Returns the object that the API server would store if the operator applied the manifest. If the Go operator manages
 * fields of the stored object, this operator becomes their field manager before it applies the manifest.
 *
 * @param live the stored object with its managed fields
 */
export function afterApply(manifest: KubeObject, { planned, decision }: Step, live: KubeObject) {
  const adopts = decision.action === "apply" && decision.adopts;
  const managedFields = adopts || needsTakeOver(live) ? takenOver(live) : undefined;
  const owned = {
    ...live,
    metadata: { ...live.metadata, ...(managedFields && { managedFields }) },
  };
  const owners = { own: ownFields(owned), foreign: foreignFields(owned) };
  return withDefaults(applyResult(manifest, live, shapeOf(planned.resource), owners));
}

/**
 * Returns the changes that the operator would make in the cluster to execute a plan.
 *
 * @param find returns the stored object with the given UID, including its managed fields
 */
export function changesOf(
  { steps, prune, pruneLater, scales }: Pick<
    ParentPlan,
    "steps" | "prune" | "pruneLater" | "scales"
  >,
  find: (uid: string | undefined) => KubeObject | undefined,
): Change[] {
  const deleted = (objects: readonly KubeObject[], reason: string) =>
    objects.map((object): Change => ({
      verb: "delete",
      ref: refOf(object),
      why: [reason],
      ...(runsPods(object) && { pods: "stop" }),
    }));
  return [
    ...steps.flatMap((step) => changeOf(step, find)),
    ...scales.map(({ live }): Change => ({
      verb: "change",
      ref: refOf(live),
      why: ["spec.replicas"],
    })),
    ...deleted(prune, "not planned"),
    ...deleted(pruneLater, "not planned; deleted after its last pod ends"),
  ];
}

function changeOf(
  step: Step,
  find: (uid: string | undefined) => KubeObject | undefined,
): Change[] {
  const { planned, live, decision } = step;
  const ref = refOf(planned.manifest);
  switch (decision.action) {
    case "create":
      return [{ verb: "create", ref, why: [] }];
    case "replace":
      return [{ verb: "replace", ref, why: decision.why.filter(isVisible) }];
    case "apply": {
      const full = find(live?.metadata.uid) ?? live;
      const why = full ? fieldChanges(decision.manifest, step, full).filter(isVisible) : [];
      if (why.length === 0) return [];
      return [{ verb: "change", ref, why, ...(why.some(isPodTemplate) && { pods: "restart" }) }];
    }
    default:
      return [];
  }
}

/** Returns the paths of the fields that the manifest adds, changes, removes or reorders in the live object. */
function fieldChanges(manifest: KubeObject, step: Step, live: KubeObject): string[] {
  const shape = shapeOf(step.planned.resource);
  const after = afterApply(manifest, step, live);
  const paths = [
    ...drift(manifest, live, shape),
    ...removedFields(live, after, shape),
    ...reorderedLists(manifest, live, shape),
  ];
  // Shortens each path inside an owner reference, because such a path contains a UID, which does not help the user.
  return [...new Set(paths.map((path) => path.startsWith(OWNERS) ? OWNERS : path))];
}

const OWNERS = "metadata.ownerReferences";

/** Annotations that this operator and the Go operator use to record their own writes. */
const RECORDS = [
  ...[PLAN_HASH, ANNOTATIONS.podTemplateInputs],
  ...[FORMER_HASH, "nvidia.com/last-applied-generation"],
].map((key) => `metadata.annotations.${key}`);

function isVisible(path: string): boolean {
  return !RECORDS.includes(path);
}

/** Returns whether the path is the pod template of a workload or a field in the template. */
function isPodTemplate(path: string): boolean {
  return /^spec\.(template\.(metadata|spec|cliques)|template$|leaderWorkerTemplate)(\.|\[|$)/.test(
    path,
  );
}

function runsPods({ kind }: KubeObject): boolean {
  return [components.kind, podCliqueSets.kind].includes(kind) ||
    workloadKinds().some(({ resource }) => resource.kind === kind);
}
