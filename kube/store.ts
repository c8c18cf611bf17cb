import type { KubeObject, ObjectName } from "./object.ts";

/** One change of a store, told once, whether a watch, a relist or our own write brought it. */
export type Change<P extends KubeObject> =
  | { type: "added"; object: P; previous?: undefined }
  | { type: "modified"; object: P; previous: P }
  | { type: "deleted"; object: P; previous?: undefined };

/** The objects of one kind as last seen, ours to read without I/O. What it returns must not be changed. */
export interface Store<P extends KubeObject> {
  /** By `objectKey`: `namespace/name`, or `name` for cluster-scoped kinds. */
  get(key: string): P | undefined;
  list(): P[];
  /** All objects for which the index function of that name yields `value`; throws on an unknown index. */
  byIndex(index: string, value: string): P[];
  namespace(namespace: string): P[];
  readonly size: number;
  /** Takes in what a write of ours returned (the whole object; it is projected here). */
  write(object: KubeObject): void;
  /** Forgets what we deleted: events from before the deletion no longer bring it back. */
  removed(name: ObjectName, uid: string): void;
}

/** Values under which an index finds an object. */
export type IndexFunctions<P extends KubeObject> = Record<string, (object: P) => Iterable<string>>;
