import type { V1PolicyRule } from "@kubernetes/client-node";
import type { KubeObject } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import type { Resource } from "../../kube/resource.ts";
import type { IndexFunctions } from "../../kube/store.ts";
import type { Lookup } from "./lookup.ts";

/** Declares the permissions of a controller for one kind. The store reduces each object from type `T` to type `P`. */
export interface KindRow<T extends KubeObject, P extends KubeObject = T> {
  resource: Resource<T>;
  /** Reduces an object to the fields that the store keeps. Controllers that share a kind use the same projection. */
  project?: (object: T) => P;
  /** Index functions for the lookups of this controller. */
  indexes?: IndexFunctions<NoInfer<P>>;
  /** Permissions in addition to `list` and `watch`. If they include `create`, the executor writes the objects. */
  verbs?: readonly string[];
}

/** A {@linkcode KindRow} of the kind that a controller reconciles. */
export interface OwnRow<T extends KubeObject, P extends KubeObject = T> extends KindRow<T, P> {
  /**
   * Whether the controller runs even if the API server does not serve the kind. The controller then reconciles nothing.
   */
  optional?: boolean;
}

/** A {@linkcode KindRow} that also declares which objects the informer stores, and which keys a change enqueues. */
export interface ChildRow<T extends KubeObject, P extends KubeObject = T> extends KindRow<T, P> {
  /** Returns the keys that the controller must reconcile after a change to this object. */
  keys(object: NoInfer<P>, own: Lookup<KubeObject>): Iterable<string>;
  /**
   * Returns the keys that the controller must reconcile after an update of an object. By default, these are the keys of
   * the previous and of the new version of the object. If several parents share an object, the function can omit
   * parents that the update does not affect.
   */
  keysOfUpdate?(
    object: NoInfer<P>,
    previous: NoInfer<P>,
    own: Lookup<KubeObject>,
  ): Iterable<string>;
  /**
   * Delay in milliseconds between a change and the reconciliation; 0 by default. With a delay, one reconciliation
   * handles several changes.
   */
  settleMs?: number;
  labelSelector?: string;
  fieldSelector?: string;
  /** Restricts both the informer and the permissions to the object with this name. */
  name?: string;
  /** Whether the controller writes objects of this kind itself, and not through the executor. */
  writtenDirectly?: boolean;
  /** Whether the controller also works if the API server does not serve the kind. */
  optional?: boolean;
  /**
   * Whether the garbage collector deletes the dependents of a pruned object before the object itself (foreground
   * deletion).
   */
  deletesDependentsFirst?: boolean | undefined;
}

/** The kind that a controller reconciles, as {@linkcode ownKind} returns it. */
export interface OwnKind<P extends KubeObject = KubeObject> extends OwnRow<KubeObject> {
  readonly _object?: P;
}

/** A kind that a controller reads or writes for its own objects, as {@linkcode childKind} returns it. */
export interface ChildKind<P extends KubeObject = KubeObject> extends ChildRow<KubeObject> {
  readonly _object?: P;
}

/** Child kinds, keyed by name. A kind that the operator's settings disable is undefined. */
export type ChildTable = Readonly<Record<string, ChildKind | undefined>>;

/**
 * All kinds that a controller reads and writes. They determine the controller's informers, stores, lookups, watches and
 * RBAC rules.
 */
export interface ControllerKinds<
  T extends KubeObject = KubeObject,
  C extends ChildTable = ChildTable,
> {
  own: OwnKind<T>;
  children: C;
  /**
   * Whether the controller changes only the metadata of its objects. It then writes no children, statuses or events.
   */
  metadataOnly?: boolean;
  /** Additional RBAC rules, for requests that `own` and `children` do not imply. */
  rules?: readonly V1PolicyRule[];
}

/** Permissions for a child that the executor creates, applies and prunes. */
export const APPLY_AND_PRUNE = ["create", "patch", "delete"];

/**
 * Value of `settleMs` for children that the controller writes. They change in bursts, often because of the controller's
 * own writes. With the delay, a burst causes fewer reconciliations and status writes.
 */
export const CHILDREN_SETTLE_MS = 200;

/** Declares the kind that a controller reconciles. */
export function ownKind<T extends KubeObject>(row: OwnRow<T>): OwnKind<T> {
  return row as unknown as OwnKind<T>;
}

/** Declares a child kind. The returned type omits `T`, so that one table can contain all kinds. */
export function childKind<T extends KubeObject, P extends KubeObject = T>(
  row: ChildRow<T, P>,
): ChildKind<P> {
  return row as unknown as ChildKind<P>;
}

/** Returns all RBAC rules of a controller: the rules for its kinds and its events, and its additional `rules`. */
export function controllerRules(
  { own, children, metadataOnly, rules = [] }: ControllerKinds,
): V1PolicyRule[] {
  const { group, plural } = own.resource;
  const ofObjects = rule(group, [plural], ["list", "watch", ...own.verbs ?? []]);
  if (metadataOnly) return [ofObjects];
  const rows = Object.values(children).filter((row) => row !== undefined);
  const createsChildren = rows.some(({ verbs }) => verbs?.includes("create"));
  return [
    ofObjects,
    rule(group, [`${plural}/status`], ["patch"]),
    // OpenShift enables the admission plug-in OwnerReferencesPermissionEnforcement. The plug-in requires this
    // permission from a client that sets blockOwnerDeletion in an owner reference.
    ...(createsChildren ? [rule(group, [`${plural}/finalizers`], ["update"])] : []),
    rule("events.k8s.io", ["events"], ["create", "patch"]),
    ...rows.map(childRule),
    ...rules,
  ];
}

/** Returns the RBAC rule that a controller needs for one child kind. */
export function childRule({ resource, verbs = [], name }: ChildKind): V1PolicyRule {
  const { group, plural } = resource;
  return rule(
    group,
    [plural],
    ["list", "watch", ...verbs],
    name === undefined ? undefined : [name],
  );
}
