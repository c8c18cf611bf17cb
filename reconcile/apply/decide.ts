import { isJsonObject } from "../../kube/json.ts";
import { identityOf, type KubeObject } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { knownDrift } from "./drift.ts";
import type { DroppedFields } from "./dropped_fields.ts";
import { type Blocked, describeRef, refOf } from "./execution.ts";
import {
  describeOwner,
  type HasSameIdentity,
  isOrphan,
  ownership,
  withOwners,
} from "./ownership.ts";
import { PLAN_HASH, planHashOf, withPlanHash } from "./plan_hash.ts";
import type { Planned } from "./planned.ts";
import { NAME_CONFLICT, WAITING_FOR_DELETION } from "./reasons.ts";

/** Input of the decision about one planned object. */
export interface Situation {
  parent: KubeObject;
  planned: Planned;
  /** The stored object with the name of the planned object; undefined if none is stored. */
  live: KubeObject | undefined;
  /** Whether the parent is paused. The operator does not write the children of a paused parent. */
  paused?: boolean | undefined;
  /** The first object of `planned.after` that still exists. It must be deleted before the planned object is written. */
  predecessor?: KubeObject | undefined;
  /** Fields that the API server dropped from earlier applies. The operator does not apply them again. */
  dropped: Pick<DroppedFields, "get">;
  /** Returns whether the operator may adopt an orphan as the planned object, see {@linkcode isOrphan}. */
  hasSameIdentity: HasSameIdentity;
}

/**
 * Decision about one planned object.
 *
 * - `create`, `apply`: apply `manifest`. For `apply`, the manifest contains UID and resourceVersion of the live object.
 *   If the apply adopts an orphan, the parent must still exist.
 * - `replace`: delete `live`, then apply `manifest`, because an immutable field differs. The operator uses this action
 *   only for kinds without data.
 * - `none`: write nothing, because of `reason`.
 * - `blocked`: the object must not be written now.
 */
export type Decision =
  | { action: "create"; manifest: KubeObject }
  | { action: "apply"; manifest: KubeObject; why: string[]; adopts: boolean }
  | { action: "replace"; manifest: KubeObject; live: KubeObject; why: string[] }
  | { action: "none"; reason: "same" | "exists" | "paused" | "held" | "being deleted" }
  | ({ action: "blocked" } & Omit<Blocked, "ref">);

/** Path that represents the plan hash in a list of differences. */
export const HASH_PATH = `metadata.annotations.${PLAN_HASH}`;

// Immutable fields, keyed by kind. If such a field differs, the operator deletes and recreates the object. A
// RoleBinding contains no data, so nothing is lost.
const REPLACED_FOR: ReadonlyMap<string, string> = new Map([["RoleBinding", "roleRef"]]);

/** Returns the decision about the planned object. This function is pure. */
export function decide(situation: Situation): Decision {
  const { parent, planned, live, paused } = situation;
  const { policy } = planned;
  const manifest = completed(situation);
  const blocked = blockedBy(situation, manifest);
  if (blocked) return blocked;
  // A parent that is being deleted gets no new children. A child that is being deleted is recreated later.
  if (parent.metadata.deletionTimestamp || live?.metadata.deletionTimestamp) {
    return { action: "none", reason: "being deleted" };
  }
  if (live && policy === "create") return { action: "none", reason: "exists" };
  const why = live ? differences(situation, manifest, live) : [];
  if (live && why.length === 0) return { action: "none", reason: "same" };
  if (paused) return { action: "none", reason: "paused" };
  if (live && planned.held) return { action: "none", reason: "held" };
  if (!live) return { action: "create", manifest: withInitialFields(manifest, situation) };
  const immutable = REPLACED_FOR.get(manifest.kind);
  if (immutable && why.some((path) => path === immutable || path.startsWith(`${immutable}.`))) {
    return { action: "replace", manifest, live, why };
  }
  const adopts = policy === "own" && ownership(parent, live) === "foreign";
  return { action: "apply", manifest: manifestFor(live, situation), why, adopts };
}

/**
 * Returns the manifest for an apply to the live object. The manifest contains the live UID, and the live values of the
 * fields in `planned.initially`. It also contains the live resourceVersion, so that the apply fails if the object has
 * changed. Otherwise an apply during a deletion with `--cascade=orphan` could restore the owner reference that the
 * garbage collector has just removed. The garbage collector would then delete the object.
 */
export function manifestFor(
  live: KubeObject,
  { parent, planned }: Pick<Situation, "parent" | "planned">,
): KubeObject {
  const manifest = completed({ parent, planned, live });
  const metadata = { ...manifest.metadata, ...identityOf(live.metadata) };
  return withInitialFields({ ...manifest, metadata }, { planned, live });
}

/** Returns the normalised manifest of a planned object with its plan hash and owner references. */
export function completed(
  { parent, planned, live }: Pick<Situation, "parent" | "planned" | "live">,
): KubeObject {
  return withOwners({ ...planned, manifest: withPlanHash(planned) }, parent, live);
}

/**
 * Returns the manifest with the fields of `planned.initially`. If the object exists, these fields have the live values.
 * Otherwise they have the planned values.
 */
export function withInitialFields(
  manifest: KubeObject,
  { planned, live }: Pick<Situation, "planned" | "live">,
): KubeObject {
  return planned.initially ? initialFields(manifest, planned.initially, live) : manifest;
}

function blockedBy(
  { parent, planned, live, predecessor, paused, hasSameIdentity }: Situation,
  manifest: KubeObject,
): Decision | undefined {
  const relation = ownership(parent, live);
  const name = describeRef(refOf(manifest));
  if (relation === "predecessor" && (planned.policy === "own" || planned.controlled)) {
    const message =
      `${name} belongs to an earlier, deleted ${parent.kind} "${parent.metadata.name}" and is being deleted`;
    return { action: "blocked", reason: WAITING_FOR_DELETION, message };
  }
  const isForeign = relation === "foreign" && live && !isOrphan(manifest, live, hasSameIdentity);
  if (isForeign && planned.policy === "own") {
    const message = `${name} exists and is not owned by ${parent.kind} ` +
      `"${parent.metadata.name}" (${describeOwner(live)}): ` +
      `delete the ${manifest.kind}, or rename the ${parent.kind}`;
    return { action: "blocked", reason: NAME_CONFLICT, message };
  }
  // If the parent is paused or `held` is set, the executor does not delete the predecessor. So the planned object must
  // not wait for the deletion.
  if (predecessor && !paused && !planned.held) {
    const why = planned.afterReason ? `: ${planned.afterReason}` : "";
    const message = predecessor.metadata.uid === live?.metadata.uid
      ? `${name} is being deleted and created again${why}`
      : `${name} waits until ${describeRef(refOf(predecessor))} is deleted${why}`;
    return { action: "blocked", reason: WAITING_FOR_DELETION, message };
  }
  return undefined;
}

function differences({ planned, dropped }: Situation, manifest: KubeObject, live: KubeObject) {
  const hash = planHashOf(manifest) ?? "";
  const paths = [...knownDrift(manifest, live, shapeOf(planned.resource))];
  if (planHashOf(live) !== hash) paths.push(HASH_PATH);
  if (paths.length === 0) return paths;
  const ignored = dropped.get(live.metadata.uid ?? "", hash);
  return paths.filter((path) => !ignored?.has(path));
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the manifest with the fields that the operator sets only on creation. If the object exists, these fields have
 * the live values, so that the apply does not remove them. The result omits fields that the live object lacks.
 *
 * @param initially the fields, nested in objects as in the manifest; a list is one value
 */
function initialFields(
  manifest: KubeObject,
  initially: Fields,
  live: KubeObject | undefined,
): KubeObject {
  const values = live ? valuesAt(initially, { ...live }) : initially;
  return merged({ ...manifest }, values) as unknown as KubeObject;
}

/** Returns the fields in `source` that `fields` also contains, with their values in `source`. */
function valuesAt(fields: Fields, source: unknown): Fields {
  if (!isJsonObject(source)) return {};
  const found = Object.entries(fields).flatMap(([name, value]) => {
    if (source[name] === undefined) return [];
    return [[name, isJsonObject(value) ? valuesAt(value, source[name]) : source[name]]];
  });
  return Object.fromEntries(found);
}

function merged(base: Fields, over: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const under = base[name];
    result[name] = isJsonObject(value) && isJsonObject(under) ? merged(under, value) : value;
  }
  return result;
}
