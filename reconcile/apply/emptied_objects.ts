import { isBuiltinApi } from "../../kube/builtin_shapes.ts";
import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import { isJsonObject } from "../../kube/json.ts";

/**
 * Returns the manifest without the objects that a plan empties (`resources: {}` after limits); undefined if there are none.
 * It must be applied before the plan: server-side apply removes the last field of such an object and stores `null`, which
 * the schema of a custom kind refuses every time. Without the object nothing is left to store, and the plan can follow.
 * Built-in kinds read null as absent and need no such step. The result carries no hash, since it is not the plan.
 */
export function withoutEmptied(manifest: KubeObject, live: KubeObject): KubeObject | undefined {
  if (isBuiltinApi(manifest.apiVersion)) return undefined;
  const { metadata, ...content } = manifest;
  const kept = keep(content, live);
  if (JSON.stringify(kept) === JSON.stringify(content)) return undefined;
  const { [PLAN_HASH]: _hash, ...annotations } = metadata.annotations ?? {};
  return { ...kept as typeof content, metadata: { ...metadata, annotations } };
}

/** Returns the planned value, or undefined if the apply would leave none of its fields in the live value. */
function keep(planned: unknown, live: unknown): unknown {
  if (Array.isArray(planned)) {
    // The list keys are not used here: an item that any live item would leave empty counts as emptied.
    const items = Array.isArray(live) ? live : [];
    return planned.map((item) =>
      items.reduce((kept, other) => isJsonObject(kept) ? keep(kept, other) ?? {} : kept, item)
    );
  }
  if (!isJsonObject(planned) || !isJsonObject(live)) return planned;
  const kept = Object.entries(planned).map(([field, value]) => [field, keep(value, live[field])])
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 && Object.keys(live).length > 0 ? undefined : Object.fromEntries(kept);
}
