// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { KubeObject } from "./object.ts";
import { type Change, createStore, type StoreOptions } from "./store.ts";

interface Thing extends KubeObject {
  value?: string;
}

interface Details {
  uid?: string;
  value?: string;
  namespace?: string;
  deleting?: boolean;
}

/** A Thing named `name` at a resourceVersion; its uid follows its name unless given. */
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
  return { store, feed, told: () => changes.splice(0) };
}

Deno.test("watch events fill, change and empty the store, each told once", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("DELETED", thing("x", "3"));
  feed.event("DELETED", thing("x", "3"));
  assertEquals(told(), ["added x@1", "modified x@2", "deleted x@2"]);
  assertEquals(store.size, 0);
});

Deno.test("a write is read at once, and its own watch event is no second change", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.write(thing("x", "5", { value: "ours" }));
  assertEquals(store.get("a/x")?.value, "ours");
  feed.event("MODIFIED", thing("x", "5", { value: "ours" }));
  assertEquals(told(), ["added x@1", "modified x@5"]);
});

Deno.test("a watch event older than our own write changes nothing", () => {
  const { store, feed, told } = setUp();
  store.write(thing("x", "10", { value: "ours" }));
  feed.event("MODIFIED", thing("x", "9", { value: "old" }));
  assertEquals(store.get("a/x")?.value, "ours");
  assertEquals(told(), ["added x@10"]);
});

Deno.test("the answer to a write that comes after newer news changes nothing", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "10"));
  store.write(thing("x", "9"));
  assertEquals(told(), ["added x@10"]);
});

Deno.test("the answer to a write that comes after the news of the deletion brings nothing back", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  feed.event("DELETED", thing("x", "3"));
  store.write(thing("x", "2"));
  assertEquals(told(), ["added x@1", "deleted x@1"]);
  store.write(thing("x", "4", { uid: "new" }));
  assertEquals(told(), ["added x@4"]);
});

Deno.test("what we removed is gone at once, and an older watch event does not bring it back", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  assertEquals(store.get("a/x"), undefined);
  feed.event("MODIFIED", thing("x", "2"));
  feed.event("DELETED", thing("x", "3"));
  assertEquals(told(), ["added x@1", "deleted x@1"]);
});

Deno.test("what we removed comes back as long as a finalizer keeps it", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  feed.event("MODIFIED", thing("x", "2", { deleting: true }));
  assert(store.get("a/x")?.metadata.deletionTimestamp);
  feed.event("DELETED", thing("x", "3", { deleting: true }));
  assertEquals(told(), ["added x@1", "deleted x@1", "added x@2", "deleted x@2"]);
});

Deno.test("a successor of what we removed is another object", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  feed.event("DELETED", thing("x", "2"));
  feed.event("ADDED", thing("x", "3", { uid: "new" }));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  assertEquals(store.get("a/x")?.metadata.uid, "new");
  assertEquals(told(), ["added x@1", "deleted x@1", "added x@3"]);
});

Deno.test("a successor known from our write outlives the news of its predecessor's end", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  store.write(thing("x", "5", { uid: "new" }));
  feed.event("DELETED", thing("x", "3"));
  feed.event("ADDED", thing("x", "5", { uid: "new" }));
  assertEquals(store.get("a/x")?.metadata.uid, "new");
  assertEquals(told(), ["added x@1", "deleted x@1", "added x@5"]);
});

Deno.test("a successor is told as a deletion and an addition", () => {
  const { feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  const relist = feed.relist();
  relist.add(thing("x", "5", { uid: "new" }));
  relist.end("6");
  assertEquals(told(), ["added x@1", "deleted x@1", "added x@5"]);
});

Deno.test("a relist drops what it lacks and keeps serving meanwhile", () => {
  const { store, feed, told } = setUp();
  for (const name of ["x", "y", "z"]) feed.event("ADDED", thing(name, "1"));
  told();
  const relist = feed.relist();
  relist.add(thing("x", "1"));
  relist.add(thing("y", "4"));
  assertEquals(store.size, 3);
  relist.end("5");
  assertEquals(told(), ["modified y@4", "deleted z@1"]);
});

Deno.test("a relist older than our own write does not drop what we wrote", () => {
  const { store, feed, told } = setUp();
  const relist = feed.relist();
  store.write(thing("ours", "8"));
  relist.end("7");
  assertEquals(told(), ["added ours@8"]);
  assertEquals(store.size, 1);
});

Deno.test("a relist from before our deletion does not bring the object back", () => {
  const { store, feed, told } = setUp();
  feed.event("ADDED", thing("x", "1"));
  const relist = feed.relist();
  store.removed({ namespace: "a", name: "x" }, "uid-x");
  relist.add(thing("x", "2"));
  relist.end("2");
  assertEquals(store.size, 0);
  feed.event("DELETED", thing("x", "3"));
  assertEquals(told(), ["added x@1", "deleted x@1"]);
});

Deno.test("a deletion inside a streaming list counts", () => {
  const { store, feed, told } = setUp();
  const relist = feed.relist();
  relist.add(thing("x", "1"));
  relist.remove(thing("x", "2"));
  relist.end("3");
  assertEquals(store.size, 0);
  assertEquals(told(), ["added x@1", "deleted x@1"]);
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

Deno.test("managed fields are dropped and the projection holds for events and writes", () => {
  const { store, feed } = setUp({
    project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }),
  });
  const full = thing("x", "1", { value: "large" });
  feed.event("ADDED", { ...full, metadata: { ...full.metadata, managedFields: [{}] } });
  assertEquals(store.get("a/x"), thing("x", "1"));
  store.write(thing("x", "2", { value: "large" }));
  assertEquals(store.get("a/x"), thing("x", "2"));
});

Deno.test("indexes follow every change", () => {
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

Deno.test("a write that does not belong here is not taken in", () => {
  const { store, told } = setUp({ accepts: (object) => object.metadata.namespace === "a" });
  store.write(thing("x", "1", { namespace: "b" }));
  assertEquals(told(), []);
  const scale = { ...thing("x", "1"), apiVersion: "autoscaling/v1", kind: "Scale" };
  assertThrows(() => store.write(scale), Error, "Cannot store");
});

Deno.test("a history that went back is an error, not a store that stays behind in silence", () => {
  const { feed } = setUp();
  feed.event("ADDED", thing("x", "10"));
  const relist = feed.relist();
  relist.add(thing("x", "5"));
  assertThrows(() => relist.end("6"), Error, "after a restore of etcd");
});
