import type { Client } from "../../kube/client.ts";
import { isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { conflictingFields, type JsonPatchOperation } from "./conflicting_fields.ts";
import type { StoredKind } from "./stored_kinds.ts";

/** A separate field manager distinguishes the fields of this patch from those of other patches. */
const MANAGER = "dynamo-operator-repair";

// Controllers write the status right after a change, which reorders the managed fields. Fields that this manager still owns
// after so many attempts only matter once a later plan drops them, and the next repair of the object gives them up.
const DISOWN_ATTEMPTS = 5;

/**
 * Removes the fields that made the API server refuse an apply, see {@link conflictingFields}. The patch would own the fields
 * that it adds, and a later plan could not remove them; so it gives up ownership at once, and the apply that follows takes
 * it.
 *
 * @returns whether the object changed; false if no field conflicts, or if the API server refuses the patch too
 */
export async function removeConflictingFields(
  manifest: KubeObject,
  live: KubeObject,
  { client, kind: { resource, store }, signal }: {
    client: Pick<Client, "patch">;
    kind: StoredKind;
    signal: AbortSignal | undefined;
  },
): Promise<boolean> {
  const body = conflictingFields(manifest, live, shapeOf(resource));
  if (body.length === 0) return false;
  const patch = (body: JsonPatchOperation[]) =>
    client.patch(resource, live.metadata, { type: "json", body }, {
      fieldManager: MANAGER,
      signal,
    });
  let patched: KubeObject;
  try {
    patched = await patch(body);
  } catch (error) {
    // The refusal of the apply says more. An object that changed meanwhile answers this as well.
    if (isInvalid(error)) return false;
    throw error;
  }
  for (let attempt = 0; attempt < DISOWN_ATTEMPTS; attempt++) {
    const body = disown(patched);
    if (body.length === 0) break;
    try {
      patched = await patch(body);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      // The entries were reordered. An empty patch reads the object without the permission to get its kind.
      patched = await patch([]);
    }
  }
  store.write(patched);
  return true;
}

/** Returns the patch that removes the entry of {@link MANAGER}; empty if there is none. */
function disown({ metadata: { managedFields = [] } }: KubeObject): JsonPatchOperation[] {
  const index = managedFields.findIndex(({ manager }) => manager === MANAGER);
  if (index < 0) return [];
  const path = `/metadata/managedFields/${index}`;
  return [{ op: "test", path: `${path}/manager`, value: MANAGER }, { op: "remove", path }];
}
