import type { Client } from "../../kube/client.ts";
import { ApiError, isConflict, isTransient } from "../../kube/errors.ts";
import { mergePatch } from "../../kube/json.ts";
import { identityOf, type KubeObject } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { ADOPTION_MARKS, FORMER_HASH, hasAdoptionMark } from "./adoption_marks.ts";
import { applyResult } from "./apply_result.ts";
import { conflictingFields } from "./conflicting_fields.ts";
import { containsField, fieldElement } from "./field_set.ts";
import {
  claimEntries,
  claimFields,
  FIELD_MANAGER,
  foreignFields,
  ownFields,
} from "./managed_fields.ts";
import { planHashOf } from "./plan_hash.ts";
import { readLive } from "./read_live.ts";
import type { StoredKind } from "./stored_kinds.ts";
import { ObjectChangedError } from "./write_errors.ts";

/** Dependencies of the functions that change the owners of fields. */
export interface Target {
  client: Pick<Client, "apply" | "list" | "patch">;
  kind: StoredKind;
  signal: AbortSignal | undefined;
}

/** Field manager of the Go operator's updates. */
const FORMER_MANAGER = "manager";

/**
 * Returns whether the operator must take over the fields of an object before it applies the object. This is necessary
 * if the operator has never applied the object, or if the Go operator has updated the object after this operator's last
 * apply.
 */
export function needsTakeOver(stored: KubeObject): boolean {
  const { annotations = {} } = stored.metadata;
  return planHashOf(stored) === undefined || annotations[FORMER_HASH] !== undefined;
}

/**
 * Takes over an object, see {@link needsTakeOver}. The Go operator, or a tool that restored the object from a backup,
 * owns fields of the object. This function changes the owner of these fields to this operator. Otherwise no later apply
 * could remove them. The content of the object does not change.
 *
 * @returns the live object with the new owners
 * @throws ObjectChangedError if the object has changed since it was stored
 */
export async function takeOverFields(live: KubeObject, target: Target): Promise<KubeObject> {
  const read = await readSameVersion(live, target);
  const full = lacksManagedFields(read) ? await recordManagedFields(read, target) : read;
  const managedFields = takenOver(full);
  return managedFields ? await writeOwners(full, managedFields, target) : live;
}

/** Returns whether an operator wrote the object, but another client has removed its managed fields. */
function lacksManagedFields(object: KubeObject): boolean {
  return hasAdoptionMark(object) && (object.metadata.managedFields ?? []).length === 0;
}

/**
 * Applies a manifest without fields to an object without managed fields. The API server then records the field manager
 * `before-first-apply` as the owner of all fields. Without this step, the API server would record that manager at the
 * first apply of the plan, and this apply could not remove a field.
 */
async function recordManagedFields(
  { apiVersion, kind, metadata }: KubeObject,
  { client, kind: { resource }, signal }: Target,
): Promise<KubeObject> {
  const manifest = { apiVersion, kind, metadata: identityOf(metadata) };
  return await client.apply(resource, manifest, { fieldManager: FIELD_MANAGER, signal });
}

/** Returns the managed fields of an object after {@link takeOverFields}; undefined if they do not change. */
export function takenOver(full: KubeObject): KubeObject["metadata"]["managedFields"] | undefined {
  const marks = ADOPTION_MARKS.map((mark) => ["metadata", "annotations", mark].map(fieldElement));
  return claimEntries(
    full,
    (manager, fields) =>
      manager === FORMER_MANAGER || marks.some((mark) => containsField(fields, mark)),
  );
}

/**
 * Makes the operator the owner of the live fields that {@link conflictingFields} returns for a refused apply. The next
 * apply then removes these fields. First, the function tries the result of that apply in a dry run. If the API server
 * refuses the result too, the object does not change.
 *
 * @returns the live object with the new owners; undefined if no field conflicts, or if the API server refuses the
 *   result
 * @throws ObjectChangedError if the object has changed since it was stored
 */
export async function claimConflictingFields(
  manifest: KubeObject,
  live: KubeObject,
  refusal: ApiError,
  target: Target,
): Promise<KubeObject | undefined> {
  const { client, kind: { resource }, signal } = target;
  const causes = (refusal.details?.causes ?? []).filter(({ field }) => field);
  if (causes.length === 0) return undefined;
  const full = await readSameVersion(live, target);
  const shape = shapeOf(resource);
  const paths = conflictingFields(manifest, full, { shape, causes, foreign: foreignFields(full) });
  if (paths.length === 0) return undefined;

  const managedFields = claimFields(full, paths);
  const claimed = { apiVersion: full.apiVersion, metadata: { managedFields } };
  const owners = { own: ownFields(claimed), foreign: foreignFields(claimed) };
  const body = changeTo(applyResult(manifest, full, shape, owners), full);
  try {
    const options = { fieldManager: FIELD_MANAGER, dryRun: true, signal };
    await client.patch(resource, full.metadata, { type: "merge", body }, options);
  } catch (error) {
    const refused = error instanceof ApiError && !isConflict(error) && !isTransient(error);
    if (refused) return undefined;
    throw error;
  }
  return await writeOwners(full, managedFields, target);
}

async function readSameVersion(
  live: KubeObject,
  { client, kind: { resource }, signal }: Target,
): Promise<KubeObject> {
  const full = await readLive(live, { client, resource, signal });
  if (full?.metadata.resourceVersion === live.metadata.resourceVersion && full) return full;
  throw new ObjectChangedError(live);
}

/** Returns the merge patch that changes the live object to `result`. The patch fails if the object has changed. */
function changeTo(result: KubeObject, live: KubeObject): unknown {
  const { resourceVersion: _version, ...from } = live.metadata;
  return mergePatch({ ...live, metadata: from }, result);
}

/** Writes the managed fields. The patch fails if the object has changed, and does not change other fields. */
async function writeOwners(
  { metadata }: KubeObject,
  managedFields: KubeObject["metadata"]["managedFields"],
  { client, kind: { resource, store }, signal }: Target,
): Promise<KubeObject> {
  const { uid, resourceVersion } = metadata;
  const body = { metadata: { uid, resourceVersion, managedFields } };
  const options = { fieldManager: FIELD_MANAGER, signal };
  const patched = await client.patch(resource, metadata, { type: "merge", body }, options);
  store.write(patched);
  return patched;
}
