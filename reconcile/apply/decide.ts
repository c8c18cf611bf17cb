import type { KubeObject } from "../../kube/object.ts";
import { ownership, withOwners } from "./ownership.ts";
import { drift } from "./drift.ts";
import { type Blocked, describeRef, refOf } from "./execution.ts";
import { PLAN_HASH, planHashOf, withPlanHash } from "./plan_hash.ts";
import type { NotKept } from "./dropped_fields.ts";
import { initialFields } from "./initial_fields.ts";
import type { Planned } from "./planned.ts";

/** What is known when it is decided whether to write one planned object. */
export interface Situation {
  parent: KubeObject;
  planned: Planned;
  /** The object of that name as stored; absent if there is none. */
  live: KubeObject | undefined;
  /** Nothing may be written. */
  paused?: boolean | undefined;
  /** The first of the objects that must be gone before this one is written (`after`) and that still exists. */
  predecessor?: KubeObject | undefined;
  /** What the server did not keep when plans were applied to the object; no reason to apply them again. */
  notKept: Pick<NotKept, "get">;
}

/**
 * What to do about one planned object.
 *
 * - `create`, `apply`: apply `manifest`; an apply carries the UID of the object it is meant for.
 * - `replace`: delete `live`, then apply `manifest`: what differs cannot be changed in place, and nothing is lost.
 * - `none`: nothing to write, `reason` says why.
 * - `blocked`: it must not be written as things are.
 */
export type Decision =
  | { action: "create"; manifest: KubeObject }
  | { action: "apply"; manifest: KubeObject; why: string[] }
  | { action: "replace"; manifest: KubeObject; live: KubeObject; why: string[] }
  | { action: "none"; reason: "same" | "exists" | "paused" | "being deleted" }
  | ({ action: "blocked" } & Omit<Blocked, "ref">);

/** The path by which the plan hash is listed among what differs. */
export const HASH_PATH = `metadata.annotations.${PLAN_HASH}`;

// A RoleBinding holds nothing but what is planned, so it may be made anew; its roleRef is immutable.
const REPLACED_FOR: ReadonlyMap<string, string> = new Map([["RoleBinding", "roleRef"]]);

/** Decides what to write; a pure function of the situation. */
export function decide(situation: Situation): Decision {
  const { parent, planned: { policy }, live, paused, notKept } = situation;
  const manifest = completed(situation);
  const blocked = blockedBy(situation, manifest);
  if (blocked) return blocked;
  // A dying parent makes no children, and a dying object is made anew when it is gone.
  if (parent.metadata.deletionTimestamp || live?.metadata.deletionTimestamp) {
    return { action: "none", reason: "being deleted" };
  }
  if (situation.predecessor) {
    const gone = describeRef(refOf(situation.predecessor));
    const message = `${describeRef(refOf(manifest))} waits until ${gone} is gone`;
    return { action: "blocked", reason: "WaitingForDeletion", message };
  }
  if (live && policy === "create") return { action: "none", reason: "exists" };
  const why = live ? differences(manifest, live, notKept) : [];
  if (live && why.length === 0) return { action: "none", reason: "same" };
  if (paused) return { action: "none", reason: "paused" };
  if (!live) return { action: "create", manifest: withInitialFields(manifest, situation) };
  const immutable = REPLACED_FOR.get(manifest.kind);
  if (immutable && why.some((path) => path === immutable || path.startsWith(`${immutable}.`))) {
    return { action: "replace", manifest, live, why };
  }
  const { uid, resourceVersion } = live.metadata;
  const metadata = {
    ...manifest.metadata,
    ...(uid && { uid }),
    // Guards the repeated values: another client may change them at any time.
    ...(situation.planned.initially && resourceVersion && { resourceVersion }),
  };
  return {
    action: "apply",
    manifest: withInitialFields({ ...manifest, metadata }, situation),
    why,
  };
}

/** The manifest as it would be applied: with its owners, normalised, with its hash. */
export function completed(
  { parent, planned, live }: Pick<Situation, "parent" | "planned" | "live">,
): KubeObject {
  return withOwners({ ...planned, manifest: withPlanHash(planned.manifest) }, parent, live);
}

function withInitialFields(manifest: KubeObject, { planned, live }: Situation): KubeObject {
  return planned.initially ? initialFields(manifest, planned.initially, live) : manifest;
}

function blockedBy({ parent, planned, live }: Situation, manifest: KubeObject) {
  const relation = ownership(parent, live);
  const name = describeRef(refOf(manifest));
  if (relation === "predecessor" && (planned.policy === "own" || planned.controlled)) {
    const message =
      `${name} of a deleted ${parent.kind} "${parent.metadata.name}" is still being deleted`;
    return { action: "blocked", reason: "WaitingForDeletion", message } as const;
  }
  if (relation === "foreign" && planned.policy === "own") {
    const message = `${name} exists and is not owned by ${parent.kind} ` +
      `"${parent.metadata.name}": delete or rename it`;
    return { action: "blocked", reason: "NameConflict", message } as const;
  }
  return undefined;
}

function differences(manifest: KubeObject, live: KubeObject, notKept: Situation["notKept"]) {
  const hash = planHashOf(manifest) ?? "";
  const paths = drift(manifest, live);
  if (planHashOf(live) !== hash) paths.push(HASH_PATH);
  if (paths.length === 0) return paths;
  const ignored = notKept.get(live.metadata.uid ?? "", hash);
  return paths.filter((path) => !ignored?.has(path));
}
