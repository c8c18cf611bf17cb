import type { KubeObject } from "../../kube/object.ts";
import { shapeOf } from "./builtin_shapes.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import { isPlainObject } from "./shape.ts";

/**
 * What must be applied first where a plan empties an object that has fields (`resources: {}` after limits). Server-side
 * apply takes the last field out of it and stores `null` for what is left, which the schema of a custom kind refuses,
 * every time; without the object it has nothing to leave, and the plan itself can follow. Built-in kinds read null as
 * absent and need no such step.
 *
 * @returns the manifest without such objects and without its hash, for it is not the plan; undefined if there are none
 */
export function withoutEmptied(manifest: KubeObject, live: KubeObject): KubeObject | undefined {
  if (shapeOf(manifest).known) return undefined;
  const { metadata, ...content } = manifest;
  const kept = keep(content, live);
  if (JSON.stringify(kept) === JSON.stringify(content)) return undefined;
  const { [PLAN_HASH]: _hash, ...annotations } = metadata.annotations ?? {};
  return { ...kept as typeof content, metadata: { ...metadata, annotations } };
}

/** The planned value, or undefined if nothing of it would be left in what is there. */
function keep(planned: unknown, live: unknown): unknown {
  if (Array.isArray(planned)) {
    // Which item is merged into which is not known here, so one with anything to leave stands for all.
    const items = Array.isArray(live) ? live : [];
    return planned.map((item) =>
      items.reduce((kept, other) => isPlainObject(kept) ? keep(kept, other) ?? {} : kept, item)
    );
  }
  if (!isPlainObject(planned) || !isPlainObject(live)) return planned;
  const kept = Object.entries(planned).map(([field, value]) => [field, keep(value, live[field])])
    .filter(([, value]) => value !== undefined);
  return kept.length === 0 && Object.keys(live).length > 0 ? undefined : Object.fromEntries(kept);
}
