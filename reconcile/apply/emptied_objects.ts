import { isBuiltinApi } from "../../kube/builtin_shapes.ts";
import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import { isJsonObject } from "../../kube/json.ts";

/**
 * Returns the manifest without emptied objects, or undefined if there are none. An object is emptied if the apply
 * removes its last live field. For example, the manifest contains `resources: {}`, and the live object has limits. The
 * API server would store `null` for such an object, but the schema of a custom resource refuses `null`. So the operator
 * first applies the result of this function, and then the full manifest. Built-in kinds read `null` as absent and do
 * not need this step. The result lacks a plan hash.
 */
export function withoutEmptied(manifest: KubeObject, live: KubeObject): KubeObject | undefined {
  if (isBuiltinApi(manifest.apiVersion)) return undefined;
  const { metadata, ...content } = manifest;
  const kept = keep(content, live);
  if (JSON.stringify(kept) === JSON.stringify(content)) return undefined;
  const { [PLAN_HASH]: _hash, ...annotations } = metadata.annotations ?? {};
  return { ...kept as typeof content, metadata: { ...metadata, annotations } };
}

/** Returns the planned value without emptied objects; undefined if the apply removes every field of the live value. */
function keep(planned: unknown, live: unknown): unknown {
  if (Array.isArray(planned)) {
    // The function does not match planned and live items by key. It removes an object from a planned item if the apply
    // would empty the object in any live item.
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
