import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";
import type { Executor } from "../apply/execute.ts";
import { type Execution, refOf } from "../apply/execution.ts";
import { done, type Outcome, outcomeOf } from "./outcome.ts";
import { sameJson } from "../../kube/json.ts";
import type { Planned } from "../apply/planned.ts";

/** A kind with a status, and what decides about it; every function but `gather` is pure. */
export interface Concern<T extends Parent, Observed, Plan extends Writes> {
  resource: Resource<T>;
  /** Collects from the stores what planning needs to know; sends no request. */
  gather(object: T): Observed;
  plan(object: T, observed: Observed): Plan;
  /** The plan that stands in where planning fails: nothing is written, nothing taken away. */
  nothing: Plan;
  /** The status after a pass, from what is stored then. */
  status(view: View<T, Observed, Plan>, nowIso: string): T["status"];
  /** Writes nothing but status for this object. */
  isPaused(object: T): boolean;
  /** A finalizer that is taken off wherever it is found: nothing is left to be undone for it. */
  finalizer: string;
  /** Told after each pass that wrote something or whose status changed. */
  report?(view: View<T, Observed, Plan>, before: T["status"], after: T["status"]): void;
}

export type Parent = KubeObject & { status?: unknown };

/** What a plan asks to be written. */
export interface Writes {
  planned: readonly Planned[];
  prune: readonly KubeObject[];
}

/** An object, what is planned for it, and what came of it. */
export interface View<T, Observed, Plan> {
  object: T;
  plan: Plan;
  observed: Observed;
  execution: Execution;
  /** Nothing but the status is written. */
  paused: boolean;
}

export interface PassContext<T extends Parent> {
  client: Pick<Client, "patch" | "patchStatus">;
  store: Pick<Store<T>, "get" | "write">;
  executor: Executor;
  clock: Clock;
}

/**
 * One pass over one object: gather, plan, write what differs, gather again, write the status if it changed. An object
 * that is being deleted gets nothing: its children go by their owner references.
 *
 * @throws AggregateError if children could not be written; the status says so already
 */
export async function pass<T extends Parent, Observed, Plan extends Writes>(
  concern: Concern<T, Observed, Plan>,
  { client, store, executor, clock }: PassContext<T>,
  key: string,
  signal: AbortSignal,
): Promise<Outcome> {
  let object = store.get(key);
  if (!object) return done;
  if (object.metadata.finalizers?.includes(concern.finalizer)) {
    const released = await unlessGone(removeFinalizer(concern, object));
    if (!released) return done;
    object = released;
  }
  if (object.metadata.deletionTimestamp) return done;

  let observed = concern.gather(object);
  let { plan, errors } = tryPlan(concern, object, observed);
  const { planned, prune } = plan;
  const paused = concern.isPaused(object);
  const execution = await executor.execute({ parent: object, planned, prune, paused, signal });
  if (execution.writes.length > 0) {
    observed = concern.gather(object);
    ({ plan, errors } = tryPlan(concern, object, observed));
  }
  execution.errors.push(...errors);

  const view = { object, plan, observed, execution, paused };
  const nowIso = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const status = concern.status(view, nowIso);
  const changed = !sameJson(object.status ?? {}, status ?? {});
  if (changed) {
    const patching = client.patchStatus(concern.resource, object, status, { signal });
    const patched = await unlessGone(patching);
    if (!patched) return done;
    store.write(patched);
  }
  if (changed || execution.writes.length > 0) concern.report?.(view, object.status, status);
  return outcomeOf(execution);

  async function removeFinalizer({ resource, finalizer }: typeof concern, object: T): Promise<T> {
    const { resourceVersion, finalizers = [] } = object.metadata;
    const remaining = finalizers.filter((other) => other !== finalizer);
    const body = { metadata: { resourceVersion, finalizers: remaining } };
    const patched = await client.patch(resource, object.metadata, { type: "merge", body }, {
      signal,
    });
    store.write(patched);
    return patched;
  }
}

/** Plans; an object that the planner trips over becomes an error of this object alone, for its status and the log. */
function tryPlan<T extends Parent, Observed, Plan extends Writes>(
  concern: Concern<T, Observed, Plan>,
  object: T,
  observed: Observed,
): { plan: Plan; errors: Execution["errors"] } {
  try {
    return { plan: concern.plan(object, observed), errors: [] };
  } catch (error) {
    return { plan: concern.nothing, errors: [{ ref: refOf(object), error }] };
  }
}

/** What was written, or undefined where the object was deleted in the meantime; the watch will tell that. */
async function unlessGone<T>(writing: Promise<T>): Promise<T | undefined> {
  try {
    return await writing;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
