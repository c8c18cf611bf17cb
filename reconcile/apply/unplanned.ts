import type { KubeObject } from "../../kube/object.ts";
import type { Planned } from "./planned.ts";

/**
 * Returns the objects that no plan asks for. They include those that are being deleted already: the executor skips them,
 * and a status may wait for them.
 */
export function unplanned<T extends KubeObject>(
  owned: readonly T[],
  planned: readonly Pick<Planned, "manifest">[],
): T[] {
  const keep = new Set(planned.map(({ manifest }) => keyOf(manifest)));
  return owned.filter((object) => !keep.has(keyOf(object)));
}

function keyOf({ kind, metadata }: KubeObject): string {
  return `${kind}/${metadata.name}`;
}
