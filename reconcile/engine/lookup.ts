import type { ChangeHandler, Informer } from "../../kube/informer.ts";
import { type KubeObject, objectKey, type ObjectName } from "../../kube/object.ts";
import { createStore, type Store } from "../../kube/store.ts";
import { controllerOf } from "../apply/ownership.ts";

/** Finds stored objects of one kind without a request to the API server. */
export interface Lookup<P extends KubeObject> {
  readonly store: Store<P>;
  /** Whether the API server serves the kind. */
  readonly served: boolean;
  /** Returns the object with this name; undefined if it is not stored. */
  get(name: ObjectName): P | undefined;
  /** Returns all stored objects of a namespace. */
  namespace(namespace: string): P[];
  /** Returns all stored objects with this value in the index. Throws if the store has no such index. */
  byIndex(index: string, value: string): P[];
  /** Returns all stored objects that have an owner reference with this UID. */
  ownedBy(uid: string | undefined): P[];
  /** Returns all stored objects with a controller owner reference that has this UID. */
  controlledBy(uid: string | undefined): P[];
  /** Calls the handler with an "added" change for each stored object, and then with every later change. */
  onChange(handler: ChangeHandler<P>): void;
}

const BY_OWNER = "owner-uid";

/** Index of objects by the UIDs of all their owners. */
export const ownerIndex = {
  [BY_OWNER]: ({ metadata }: KubeObject) =>
    (metadata.ownerReferences ?? []).map((owner) => owner.uid),
};

/** Creates a lookup that reads the store of an informer. The informer must have the {@linkcode ownerIndex}. */
export function createLookup<P extends KubeObject>(
  { store, state, onChange }: Pick<Informer<P>, "store" | "state" | "onChange">,
): Lookup<P> {
  const ownedBy = (uid = "") => store.byIndex(BY_OWNER, uid);
  return {
    store,
    get served() {
      return state() !== "absent";
    },
    get: (name) => store.get(objectKey(name)),
    namespace: store.namespace,
    byIndex: store.byIndex,
    ownedBy,
    onChange,
    controlledBy: (uid) => ownedBy(uid).filter((object) => controllerOf(object)?.uid === uid),
  };
}

/** Returns the lookup of a child kind that the operator's settings disable. It finds no object. */
export function emptyLookup(): Lookup<KubeObject> {
  const { store, addIndexes } = createStore({
    apiVersion: "",
    kind: "",
    project: (object) => object,
    onChange() {},
  });
  addIndexes(ownerIndex);
  return { ...createLookup({ store, state: () => "absent", onChange() {} }), byIndex: () => [] };
}
