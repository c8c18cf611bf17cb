// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject, ObjectMeta, OwnerReference } from "../../kube/object.ts";
import { createStore } from "../../kube/store.ts";
import { controllerReference, ownerReference } from "./ownership.ts";
import { pruneObject, unplanned } from "./prune.ts";
import type { StoredKind } from "./stored_kinds.ts";
import { parentObject, service } from "./testing/objects.ts";
import { type ExpectedCall, scriptedClient } from "../engine/testing/scripted_client.ts";

const controlled = controllerReference(parentObject());
const plain = ownerReference(parentObject());
const other: OwnerReference = { ...plain, name: "q", uid: "q-uid" };

function owned(ownerReferences: OwnerReference[], metadata: Partial<ObjectMeta> = {}): KubeObject {
  const object = service("a");
  Object.assign(object.metadata, { uid: "a-uid", resourceVersion: "5", ownerReferences }, metadata);
  return object;
}

function prune(live: KubeObject | undefined, ...expected: ExpectedCall[]) {
  return pruneOf({}, live, ...expected);
}

function pruneOf(
  settings: Pick<StoredKind, "deletesDependentsFirst">,
  live: KubeObject | undefined,
  ...expected: ExpectedCall[]
) {
  const client = scriptedClient(...expected);
  const { store, feed } = createStore<KubeObject, KubeObject>({
    apiVersion: "v1",
    kind: "Service",
    project: (object) => object,
    onChange: () => {},
  });
  if (live) feed.event("ADDED", live);
  const kind = { resource: services, store, ...settings };
  const options = { client, kind, parent: parentObject(), signal: undefined };
  const write = async () => {
    const made = await pruneObject(owned([controlled]), options);
    client.done();
    return made?.verb;
  };
  return { write, store };
}

function refused(status: number, reason: string): ApiError {
  return new ApiError({
    status,
    reason,
    message: reason,
    request: { verb: "", method: "", path: "" },
  });
}

Deno.test("a controlled object is deleted by UID and version, and removed from the store at once", async () => {
  const { write, store } = prune(owned([controlled]), {
    call: "delete Service ns/a",
    check: ({ options }) => {
      assertEquals([options?.uid, options?.resourceVersion], ["a-uid", "5"]);
      assertEquals(options?.propagationPolicy, "Background");
    },
  });
  assertEquals(await write(), "delete");
  assertEquals(store.list(), []);
});

Deno.test("an object whose dependents are deleted first stays in the store until its deletion event", async () => {
  const live = owned([controlled]);
  const { write, store } = pruneOf({ deletesDependentsFirst: true }, live, {
    call: "delete Service ns/a",
    check: ({ options }) => assertEquals(options?.propagationPolicy, "Foreground"),
  });
  assertEquals(await write(), "delete");
  assertEquals(store.list(), [live]);
});

Deno.test("an object with a finalizer stays in the store until its deletion event", async () => {
  const live = owned([controlled], { finalizers: ["f"] });
  const { write, store } = prune(live, { call: "delete Service ns/a" });
  assertEquals(await write(), "delete");
  assertEquals(store.list(), [live]);
});

Deno.test("a co-owned object only loses the owner reference", async () => {
  const { write } = prune(owned([plain, other]), {
    call: "patch Service ns/a",
    check: ({ patch }) =>
      assertEquals(patch?.body, { metadata: { resourceVersion: "5", ownerReferences: [other] } }),
  });
  assertEquals(await write(), "release");
});

Deno.test("an object with the parent as its last owner is deleted", async () => {
  assertEquals(await prune(owned([plain]), { call: "delete Service ns/a" }).write(), "delete");
});

Deno.test("absent, replaced and foreign objects, and objects that are being deleted, are not changed", async () => {
  const lives = [
    undefined,
    owned([controlled], { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    owned([controlled], { uid: "new-uid" }),
    owned([other]),
    owned([]),
  ];
  for (const live of lives) assertEquals(await prune(live).write(), undefined);
});

Deno.test("a deleted object is not an error; a changed object and other refusals are errors", async () => {
  const answering = (error: ApiError) =>
    prune(owned([controlled]), { call: "delete Service ns/a", error }).write();
  assertEquals(await answering(refused(404, "NotFound")), undefined);
  await assertRejects(() => answering(refused(409, "Conflict")), ApiError);
  await assertRejects(() => answering(refused(403, "Forbidden")), ApiError);
});

Deno.test("owned objects are unplanned unless a planned one has their kind and name", () => {
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a" } };
  assertEquals(unplanned([service("a"), service("b"), account], [{ manifest: service("a") }]), [
    service("b"),
    account,
  ]);
});

Deno.test("an object that is being deleted stays in the list", () => {
  const deleting = service("a");
  deleting.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
  assertEquals(unplanned([deleting], []), [deleting]);
});

Deno.test("an object that is created again under its name is unplanned, unless it is held", () => {
  const live = owned([controlled]);
  const again = { manifest: live, after: [live] };
  assertEquals(unplanned([live], [again]), [live]);
  assertEquals(unplanned([live], [{ ...again, held: true }]), []);
});
