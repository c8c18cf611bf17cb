import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Execution } from "../apply/execution.ts";
import type { Planned } from "../apply/planned.ts";
import type { Outcome } from "./outcome.ts";
import type { UnreadableKinds } from "./unreadable_kinds.ts";

/**
 * Declares how a controller reconciles the objects of one kind. `plan`, `status`, `statusDelayMs`, `actsOnStatus`,
 * `unreadableStatus` and `isPaused` are pure functions.
 *
 * @typeParam Effects result of {@link ReconciledKind.effects}
 */
export interface ReconciledKind<
  T extends ObjectWithStatus,
  Observed,
  Plan extends ChildPlan,
  Effects = undefined,
> {
  resource: Resource<T>;
  /** Name of the controller in metrics and events; by default the kind in lower case. */
  controllerName?: string;
  /** Collects the input of `plan`, from the stores or through requests. */
  gather(object: T, moment: Moment): Observed | Promise<Observed>;
  plan(object: T, observed: Observed): Plan;
  /** The plan that the controller uses if `plan` throws. It writes nothing and prunes nothing. */
  emptyPlan: Plan;
  /**
   * Does other work after the executor has written the planned objects. Examples are requests to other services, and
   * reads that only the status needs. Writes nothing for a paused object.
   *
   * @returns the argument `effects` of `status`; undefined if the plan is outdated and the controller must requeue the
   *   key without a status write
   */
  effects?(
    reconciliation: Reconciliation<T, Observed, Plan>,
    signal: AbortSignal,
  ): Promise<Effects | undefined>;
  /** Derives the status from the stored objects after the writes. `nowIso` is the current time in whole seconds. */
  status(
    reconciliation: Reconciliation<T, Observed, Plan>,
    nowIso: string,
    effects: Effects,
  ): T["status"];
  /**
   * Returns how long the stored status may stay outdated before the new status is written, in milliseconds. Returns 0
   * unless the new status reports only progress. By default, each status is written immediately.
   */
  statusDelayMs?(reconciliation: Reconciliation<T, Observed, Plan>, status: T["status"]): number;
  /**
   * Returns whether this status may change what the next reconciliation does. If not, the status write does not queue
   * the key again. By default, every status write queues the key.
   */
  actsOnStatus?(reconciliation: Reconciliation<T, Observed, Plan>, status: T["status"]): boolean;
  /**
   * Returns the status of an object that is being deleted and waits for a child; undefined if it does not wait. An
   * object waits only in a foreground deletion or because of a finalizer.
   */
  deletingStatus?(object: T, moment: Moment): Promise<T["status"] | undefined>;
  /**
   * Returns the status of an object that the controller cannot reconcile, because it cannot read some kinds. Returns
   * the stored status if it already reports these kinds.
   */
  unreadableStatus(object: T, unreadable: UnreadableKinds, nowIso: string): T["status"];
  /** Returns whether the object is paused, so that the operator writes only its status. */
  isPaused(object: T): boolean;
  /** Instruction to upgrade the CRD, shown in messages about fields that the API server does not store. */
  upgradeCrd: string;
  /** A finalizer of another operator, which this operator removes from every object of the kind. */
  foreignFinalizer?: string;
  finalize?: Finalize<T>;
  /**
   * Runs first in every reconciliation. Deletes or releases the children of an object that is absent or being deleted,
   * including the children of an earlier object with the same name.
   */
  collectGarbage?(key: string, object: T | undefined, signal: AbortSignal): Promise<void>;
  /** Returns the events of a reconciliation that wrote something. */
  events?(
    reconciliation: Reconciliation<T, Observed, Plan>,
    before: T["status"],
    after: T["status"],
  ): EventContent[];
  /**
   * Runs after the status write, for steps that depend on the stored status. If the status write is delayed, `stored`
   * contains the previous status.
   */
  afterStatus?(
    reconciliation: Reconciliation<T, Observed, Plan>,
    stored: T,
    effects: Effects,
    signal: AbortSignal,
  ): Promise<Outcome>;
}

/** A finalizer of a kind, and the cleanup that it guarantees. */
export interface Finalize<T> {
  /**
   * The finalizer. The operator adds it before it writes a child or runs `effects`. A paused object does not get a
   * finalizer.
   */
  finalizer: string;
  /** Returns whether an object needs the cleanup; true by default. If not, the operator removes the finalizer. */
  isNeeded?(object: T): boolean;
  /**
   * Cleans up for an object that is being deleted, even if the object is paused. Returns `done` when the finalizer may
   * be removed. Any other outcome, or an error, keeps the finalizer.
   */
  cleanup(object: T, signal: AbortSignal): Promise<Outcome>;
}

/** A custom resource with the status subresource. */
export type ObjectWithStatus = KubeObject & { status?: unknown };

/** The planned children of an object, and the children to prune. */
export interface ChildPlan {
  planned?: readonly Planned[];
  prune?: readonly KubeObject[];
  /**
   * Whether the executor uses foreground deletion for every pruned object, so that the object exists until its
   * dependents are deleted.
   */
  pruneDependentsFirst?: boolean;
}

/** The time of a reconciliation, and the signal that aborts it. */
export interface Moment {
  /** Time in RFC 3339, in whole seconds. */
  nowIso: string;
  signal: AbortSignal;
}

/** An object, its plan, and the result of executing the plan. */
export interface Reconciliation<T, Observed, Plan> {
  object: T;
  plan: Plan;
  observed: Observed;
  execution: Execution;
  /** Whether the object is paused. The operator writes only the status of a paused object. */
  paused: boolean;
  /** Fields of the status that the API server did not store, because the CRD of the kind is outdated. */
  unstored?: readonly string[];
}
