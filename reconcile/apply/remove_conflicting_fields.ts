import type { Client } from "../../kube/client.ts";
import { isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { intruders, type JsonPatchOperation } from "./conflicting_fields.ts";
import type { StoredKind } from "./stored_kinds.ts";

/** Its own name, so that what it owns can be told from what the operator's other patches own. */
const MANAGER = "dynamo-operator-repair";

// Controllers write the status right after a change, which reorders the entries. What is still owned after so many
// collisions does no harm until a later plan drops it, and the next repair of the object gives it up.
const DISOWN_ATTEMPTS = 5;

/**
 * Takes away what keeps a plan from being applied, see {@link intruders}, after an apply was refused. What is put in its
 * place would belong to this patch and not go away with a later plan, so the ownership is given up at once: the
 * apply that follows takes it.
 *
 * @returns whether the object was changed; not if nothing is in the way, or if the server refuses this too
 */
export async function clearIntruders(
  manifest: KubeObject,
  live: KubeObject,
  { client, kind: { resource, store }, signal }: {
    client: Pick<Client, "patch">;
    kind: StoredKind;
    signal: AbortSignal | undefined;
  },
): Promise<boolean> {
  const body = intruders(manifest, live);
  if (body.length === 0) return false;
  const patch = (body: JsonPatchOperation[]) =>
    client.patch(resource, live.metadata, { type: "json", body }, {
      fieldManager: MANAGER,
      signal,
    });
  let cleared: KubeObject;
  try {
    cleared = await patch(body);
  } catch (error) {
    // What the apply was refused for says more; an object that has changed since answers this as well.
    if (isInvalid(error)) return false;
    throw error;
  }
  for (let attempt = 0; attempt < DISOWN_ATTEMPTS; attempt++) {
    const body = disown(cleared);
    if (body.length === 0) break;
    try {
      cleared = await patch(body);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      // The entries are in another order by now. An empty patch reads the object, without the right to get its kind.
      cleared = await patch([]);
    }
  }
  store.write(cleared);
  return true;
}

/** The patch that makes us own nothing by {@link MANAGER}; empty if we do not. */
function disown({ metadata: { managedFields = [] } }: KubeObject): JsonPatchOperation[] {
  const index = managedFields.findIndex(({ manager }) => manager === MANAGER);
  if (index < 0) return [];
  const path = `/metadata/managedFields/${index}`;
  return [{ op: "test", path: `${path}/manager`, value: MANAGER }, { op: "remove", path }];
}
