import type { KubeObject } from "../../kube/object.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import type { Planned } from "../apply/planned.ts";

/** Functions that return the live state of planned objects. */
interface State<T extends KubeObject> {
  /** Returns the live object with the kind and name of a planned object; undefined if it does not exist. */
  live(planned: Planned<T>): T | undefined;
  /** Returns whether a live object is ready and fully rolled out. */
  isReady(live: T): boolean;
}

/**
 * Sets `held` on each planned object that must not change yet. At most one ready object changes at a time, and only
 * while all others are ready. An object that is not ready may change immediately, because the change may repair it.
 */
export function oneAtATime<T extends KubeObject>(
  planned: readonly Planned<T>[],
  { live, isReady }: State<T>,
): Planned<T>[] {
  const ready = planned.map((item) => {
    const object = live(item);
    return object !== undefined && !object.metadata.deletionTimestamp && isReady(object);
  });
  let isChanging = ready.includes(false);
  return planned.map((item, index) => {
    if (!ready[index] || !changes(item, live(item))) return item;
    if (isChanging) return { ...item, held: true };
    isChanging = true;
    return item;
  });
}

function changes<T extends KubeObject>(planned: Planned<T>, live: T | undefined): boolean {
  if (!live) return false;
  return (planned.after?.length ?? 0) > 0 || !carriesPlan(live, planned);
}
