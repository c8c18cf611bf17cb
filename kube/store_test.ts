// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { KubeObject } from "./object.ts";
import { createShareValues } from "./shared_values.ts";
import { type Change, createStore, type StoreOptions, withoutManagedFields } from "./store.ts";

interface Thing extends KubeObject {
  value?: string;
}

interface Details {
  uid?: string;
  value?: string;
  namespace?: string;
  deleting?: boolean;
}

function thing(name: string, resourceVersion: string, details: Details = {}): Thing {
  const { uid = `uid-${name}`, value, namespace = "a", deleting } = details;
  return {
    apiVersion: "v1",
    kind: "Thing",
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      ...(deleting ? { deletionTimestamp: "2024-01-01T00:00:00Z" } : {}),
    },
    ...(value ? { value } : {}),
  };
}

function setUp(options: Partial<StoreOptions<Thing, Thing>> = {}) {
  const changes: string[] = [];
  const { store, feed } = createStore<Thing, Thing>({
    apiVersion: "v1",
    kind: "Thing",
    project: (object) => object,
    onChange({ type, object }: Change<Thing>) {
      changes.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
    },
    ...options,
  });
  return { store, feed, reported: () => changes.splice(0) };
}

Deno.test("watch events add, modify and delete objects, and each change is reported once", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("DELETED", thing("x", "3"));
  feed.event("DELETED", thing("x", "3"));
  assertEquals(reported(), ["added x@1", "modified x@2", "deleted x@2"]);
  assertEquals(store.list().length, 0);
});

Deno.test("a write is stored at once, and its watch event is not a second change", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.write(thing("x", "5", { value: "ours" }));
  assertEquals(store.get("a/x")?.value, "ours");
  feed.event("MODIFIED", thing("x", "5", { value: "ours" }));
  assertEquals(reported(), ["added x@1", "modified x@5"]);
});

Deno.test("the store knows the resourceVersion of its own write until the watch event or a later one has arrived", () => {
  const { store, feed } = setUp();
  store.write(thing("x", "2"));
  store.write(thing("y", "4"));
  assertEquals(["1", "2", "4"].map(feed.isWritten), [false, true, true]);
  feed.event("MODIFIED", thing("z", "3"));
  assertEquals(["2", "4"].map(feed.isWritten), [false, true]);
  feed.bookmark("4");
  assertEquals(feed.isWritten("4"), false);
});

Deno.test("the store does not record a write whose watch event has already arrived", () => {
  const { store, feed } = setUp();
  feed.event("ADDED", thing("x", "2"));
  store.write(thing("x", "2"));
  assertEquals(feed.isWritten("2"), false);
});

Deno.test("the store forgets its own writes when a new watch starts, because the resourceVersions may be reused", () => {
  const { store, feed } = setUp();
  store.write(thing("x", "2"));
  feed.watchStarts();
  assertEquals(feed.isWritten("2"), false);
});

Deno.test("the parts of an object that a change does not affect stay the same objects", () => {
  const { store, feed } = setUp({ share: createShareValues() });
  const labelled = (resourceVersion: string) => {
    const { metadata, ...object } = thing("x", resourceVersion);
    return { ...object, metadata: { ...metadata, labels: { app: "chat".repeat(500) } } };
  };
  feed.event("ADDED", labelled("1"));
  const first = store.get("a/x");
  feed.event("MODIFIED", labelled("2"));
  assertEquals(store.get("a/x"), labelled("2"));
  assert(store.get("a/x")?.metadata.labels === first?.metadata.labels);
  assertEquals(first, labelled("1"));
});

Deno.test("a watch event that is older than a stored write is ignored", () => {
  const { store, feed, reported } = setUp();
  store.write(thing("x", "10", { value: "ours" }));
  feed.event("MODIFIED", thing("x", "9", { value: "old" }));
  assertEquals(store.get("a/x")?.value, "ours");
  assertEquals(reported(), ["added x@10"]);
});

Deno.test("the response to a write is ignored after a newer watch event", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "10"));
  store.write(thing("x", "9"));
  assertEquals(reported(), ["added x@10"]);
});

Deno.test("the response to a write is ignored after the DELETED event of the object", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  feed.event("DELETED", thing("x", "3"));
  store.write(thing("x", "2"));
  assertEquals(reported(), ["added x@1", "deleted x@1"]);
  store.write(thing("x", "4", { uid: "new" }));
  assertEquals(reported(), ["added x@4"]);
});

Deno.test("an object that the operator deleted is dropped at once, and older watch events do not restore it", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  assertEquals(store.get("a/x"), undefined);
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("DELETED", thing("x", "3"));
  assertEquals(reported(), ["added x@1", "deleted x@1"]);
});

Deno.test("an object that the operator deleted is restored while a finalizer keeps it", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  feed.event("MODIFIED", thing("x", "2", { deleting: true }));
  assert(store.get("a/x")?.metadata.deletionTimestamp);
  feed.event("DELETED", thing("x", "3", { deleting: true }));
  assertEquals(reported(), ["added x@1", "deleted x@1", "added x@2", "deleted x@2"]);
});

Deno.test("a new object with the name of a deleted one is stored", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  feed.event("DELETED", thing("x", "2"));
  feed.event("ADDED", thing("x", "3", { uid: "new" }));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  assertEquals(store.get("a/x")?.metadata.uid, "new");
  assertEquals(reported(), ["added x@1", "deleted x@1", "added x@3"]);
});

Deno.test("a new object from a write is kept at the DELETED event of the previous object", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  store.write(thing("x", "5", { uid: "new" }));
  feed.event("DELETED", thing("x", "3"));
  feed.event("ADDED", thing("x", "5", { uid: "new" }));
  assertEquals(store.get("a/x")?.metadata.uid, "new");
  assertEquals(reported(), ["added x@1", "deleted x@1", "added x@5"]);
});

Deno.test("a replaced object is reported as a deletion and an addition", () => {
  const { feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  const relist = feed.relist();
  relist.add(thing("x", "5", { uid: "new" }));
  relist.end("6");
  assertEquals(reported(), ["added x@1", "deleted x@1", "added x@5"]);
});

Deno.test("a relist drops missing objects, and the store serves reads in the meantime", () => {
  const { store, feed, reported } = setUp();
  for (const name of ["x", "y", "z"]) feed.event("ADDED", thing(name, "1"));
  reported();
  const relist = feed.relist();
  relist.add(thing("x", "1"));
  relist.add(thing("y", "4"));
  assertEquals(store.list().length, 3);
  relist.end("5");
  assertEquals(reported(), ["modified y@4", "deleted z@1"]);
});

Deno.test("a relist keeps an object from a newer write", () => {
  const { store, feed, reported } = setUp();
  const relist = feed.relist();
  store.write(thing("ours", "8"));
  relist.end("7");
  assertEquals(reported(), ["added ours@8"]);
  assertEquals(store.list().length, 1);
});

Deno.test("a relist that is older than a deletion by the operator does not restore the object", () => {
  const { store, feed, reported } = setUp();
  feed.event("ADDED", thing("x", "1"));
  const relist = feed.relist();
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  relist.add(thing("x", "2"));
  relist.end("2");
  assertEquals(store.list().length, 0);
  feed.event("DELETED", thing("x", "3"));
  assertEquals(reported(), ["added x@1", "deleted x@1"]);
});

Deno.test("a deletion in a streaming list drops the object", () => {
  const { store, feed, reported } = setUp();
  const relist = feed.relist();
  relist.add(thing("x", "1"));
  relist.remove(thing("x", "2"));
  relist.end("3");
  assertEquals(store.list().length, 0);
  assertEquals(reported(), ["added x@1", "deleted x@1"]);
});

Deno.test("resourceVersions are compared as integers of any length", () => {
  const { store, feed } = setUp();
  feed.event("ADDED", thing("x", "9"));
  feed.event("MODIFIED", thing("x", "10", { value: "newer" }));
  assertEquals(store.get("a/x")?.value, "newer");
  feed.event("MODIFIED", thing("x", "18446744073709551617", { value: "newest" }));
  feed.event("MODIFIED", thing("x", "18446744073709551616", { value: "old" }));
  assertEquals(store.get("a/x")?.value, "newest");
});

Deno.test("events and writes are projected, and the projection receives the managed fields", () => {
  let managedFields: unknown;
  const { store, feed } = setUp({
    project(object) {
      managedFields = object.metadata.managedFields;
      const { value: _value, ...kept } = withoutManagedFields(object);
      return kept;
    },
  });
  const full = thing("x", "1", { value: "large" });
  feed.event("ADDED", { ...full, metadata: { ...full.metadata, managedFields: [{}] } });
  assertEquals([managedFields, store.get("a/x")], [[{}], thing("x", "1")]);
  store.write(thing("x", "2", { value: "large" }));
  assertEquals(store.get("a/x"), thing("x", "2"));
});

Deno.test("indexes are updated at every change", () => {
  const { store, feed } = setUp({ indexes: { value: (object) => [object.value ?? "none"] } });
  const found = (value: string) => store.byIndex("value", value).map((o) => o.metadata.name);
  feed.event("ADDED", thing("x", "1", { value: "1" }));
  feed.event("ADDED", thing("y", "2", { value: "1", namespace: "b" }));
  assertEquals(found("1"), ["x", "y"]);
  feed.event("MODIFIED", thing("x", "3", { value: "2" }));
  store.removed({ namespace: "b", name: "y" }, "uid-y");
  assertEquals([found("1"), found("2")], [[], ["x"]]);
  assertEquals(store.namespace("a").length, 1);
  assertEquals(store.namespace("b").length, 0);
  assertThrows(() => store.byIndex("other", "1"), Error, 'unknown index "other"');
});

Deno.test("a write outside the scope is not stored", () => {
  const { store, reported } = setUp({ accepts: (object) => object.metadata.namespace === "a" });
  store.write(thing("x", "1", { namespace: "b" }));
  assertEquals(reported(), []);
  const scale = { ...thing("x", "1"), apiVersion: "autoscaling/v1", kind: "Scale" };
  assertThrows(() => store.write(scale), Error, "Cannot add");
});

Deno.test("a relist that is older than an earlier event is an error", () => {
  const { feed } = setUp();
  feed.event("ADDED", thing("x", "10"));
  const relist = feed.relist();
  relist.add(thing("x", "5"));
  assertThrows(() => relist.end("6"), Error, "restored from a backup");
});
