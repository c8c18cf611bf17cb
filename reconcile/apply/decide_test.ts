// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { controllerReference, ownership } from "./ownership.ts";
import { decide, HASH_PATH, type Situation } from "./decide.ts";
import { createDroppedFields } from "./dropped_fields.ts";
import { planHashOf } from "./plan_hash.ts";
import {
  applied,
  parentObject,
  planned,
  roleBinding,
  service,
  type TestObject,
} from "./testing/objects.ts";

function decision(situation: Partial<Situation> & Pick<Situation, "planned">) {
  return decide({
    parent: parentObject(),
    live: undefined,
    dropped: createDroppedFields(),
    hasSameIdentity: () => true,
    ...situation,
  });
}

/** Returns the decision as a list: the action, then its reason or the paths that differ. */
function brief(situation: Partial<Situation> & Pick<Situation, "planned">): unknown[] {
  const made = decision(situation);
  switch (made.action) {
    case "create":
      return [made.action];
    case "apply":
    case "replace":
      return [made.action, ...made.why];
    default:
      return [made.action, made.reason];
  }
}

const plan = planned(service("a"));

Deno.test("an absent object is created with the parent as controller and the plan hash", () => {
  const made = decision({ planned: plan });
  if (made.action !== "create") throw new Error(made.action);
  assertEquals(ownership(parentObject(), made.manifest), "owned");
  assertEquals(planHashOf(made.manifest)?.length, 16);
  assertEquals(made.manifest.metadata.uid, undefined);
});

Deno.test("an object that is stored as planned is not written", () => {
  assertEquals(brief({ planned: plan, live: applied(plan) }), ["none", "same"]);
});

Deno.test("a changed plan is applied with the UID of the live object", () => {
  const made = decision({ planned: planned(service("a", 81)), live: applied(plan) });
  if (made.action !== "apply") throw new Error(made.action);
  assertEquals(made.manifest.metadata.uid, "a-uid");
  assertEquals(made.why, ['spec.ports[81,"TCP"]', HASH_PATH]);
});

Deno.test("the hash reveals a field that was dropped from the plan", () => {
  const named: TestObject = { ...service("a"), spec: { ports: [{ port: 80, name: "http" }] } };
  const before = planned(named);
  assertEquals(brief({ planned: plan, live: applied(before) }), ["apply", HASH_PATH]);
});

Deno.test("drift is repaired", () => {
  const ports = [{ port: 80, protocol: "TCP" }, { port: 9 }];
  const live: TestObject = { ...applied(plan), spec: { ports } };
  assertEquals(brief({ planned: plan, live }), ["none", "same"]);
  const emptied: TestObject = { ...live, spec: {} };
  assertEquals(brief({ planned: plan, live: emptied }), [
    "apply",
    'spec.ports[80,"TCP"]',
  ]);
});

Deno.test("fields that the API server dropped are not applied again", () => {
  const live = { ...applied(plan), spec: {} };
  const dropped = createDroppedFields();
  dropped.remember("a-uid", planHashOf(live) ?? "", ['spec.ports[80,"TCP"]']);
  assertEquals(brief({ planned: plan, live, dropped }), ["none", "same"]);
  assertEquals(brief({ planned: planned(service("a", 81)), live, dropped })[0], "apply");
});

Deno.test("a foreign object is never written", () => {
  const foreign = service("a");
  assertEquals(brief({ planned: plan, live: foreign }), ["blocked", "NameConflict"]);
  const message = 'Service "ns/a" exists and is not owned by Parent "p" (it has no owner): ' +
    "delete the Service, or rename the Parent";
  assertEquals(decision({ planned: plan, live: foreign }), {
    action: "blocked",
    reason: "NameConflict",
    message,
  });
  const other = controllerReference(parentObject({ name: "q", uid: "q-uid" }));
  const owned = applied(plan, { ownerReferences: [other] });
  assertEquals(brief({ planned: plan, live: owned }), ["blocked", "NameConflict"]);
});

Deno.test("an orphan is adopted", () => {
  const made = decision({ planned: plan, live: applied(plan, { ownerReferences: [] }) });
  if (made.action !== "apply") throw new Error(made.action);
  assertEquals([made.adopts, ownership(parentObject(), made.manifest)], [true, "owned"]);
});

Deno.test("the operator waits for the children of a deleted parent of the same name", () => {
  const before = controllerReference(parentObject({ uid: "before" }));
  const live = applied(plan, { ownerReferences: [before] });
  assertEquals(brief({ planned: plan, live }), ["blocked", "WaitingForDeletion"]);
  const controlled = { ...planned(service("a"), "create"), controlled: true };
  assertEquals(brief({ planned: controlled, live }), [
    "blocked",
    "WaitingForDeletion",
  ]);
});

Deno.test("policy create never changes an existing object", () => {
  assertEquals(brief({ planned: planned(service("a"), "create") }), ["create"]);
  assertEquals(brief({ planned: planned(service("a"), "create"), live: service("a", 1) }), [
    "none",
    "exists",
  ]);
});

Deno.test("a shared object is repaired and keeps its other owners as plain ones", () => {
  const owner = { apiVersion: "example.com/v1", kind: "Parent", name: "p", uid: "parent-uid" };
  const other = { apiVersion: "example.com/v1", kind: "Parent", name: "q", uid: "q-uid" };
  const shared = { ...planned(service("a"), "shared"), coOwners: [parentObject()] };
  const live = service("a");
  live.metadata = { ...live.metadata, uid: "a-uid" };
  live.metadata.ownerReferences = [{ ...other, controller: true, blockOwnerDeletion: true }];
  const made = decision({ planned: shared, live });
  if (made.action !== "apply") throw new Error(made.action);
  assertEquals(made.manifest.metadata.ownerReferences, [owner, other]);
  const settled = { ...live, metadata: { ...made.manifest.metadata, resourceVersion: "2" } };
  assertEquals(brief({ planned: shared, live: settled }), ["none", "same"]);
});

Deno.test("a binding to another role is replaced, one to another subject is changed", () => {
  const live = applied(planned(roleBinding("reader")));
  assertEquals(brief({ planned: planned(roleBinding("writer")), live }), [
    "replace",
    "roleRef.name",
    HASH_PATH,
  ]);
  assertEquals(brief({ planned: planned(roleBinding("reader", "other")), live }), [
    "apply",
    "subjects[0].name",
    HASH_PATH,
  ]);
});

Deno.test("nothing is written while paused or while parent or object are being deleted", () => {
  const parent = parentObject({ deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(brief({ planned: plan, paused: true }), ["none", "paused"]);
  assertEquals(brief({ planned: plan, parent }), ["none", "being deleted"]);
  const dying = applied(plan, { deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(brief({ planned: planned(service("a", 81)), live: dying }), [
    "none",
    "being deleted",
  ]);
});

Deno.test("initial fields are applied on creation and repeat the live value afterwards", () => {
  const scaled = { ...planned(service("a")), initially: { spec: { healthCheckNodePort: 1 } } };
  const created = decision({ planned: scaled });
  if (created.action !== "create") throw new Error(created.action);
  const { spec } = created.manifest as TestObject;
  assertEquals(spec, { ports: [{ port: 80 }], healthCheckNodePort: 1 });

  const live: TestObject = {
    ...applied(scaled),
    spec: { ports: [{ port: 80 }], healthCheckNodePort: 7 },
  };
  assertEquals(brief({ planned: scaled, live }), ["none", "same"]);
  const changed = { ...scaled, manifest: service("a", 81) };
  const updated = decision({ planned: changed, live });
  if (updated.action !== "apply") throw new Error(updated.action);
  const manifest = updated.manifest as TestObject;
  assertEquals(manifest["spec"], { ports: [{ port: 81 }], healthCheckNodePort: 7 });
  assertEquals(manifest.metadata.resourceVersion, "1");
});

Deno.test("an object waits until the objects that it replaces are deleted", () => {
  assertEquals(brief({ planned: plan, predecessor: applied(planned(service("old"))) }), [
    "blocked",
    "WaitingForDeletion",
  ]);
});

Deno.test("an object that is created again says why, unless it is held or the parent is paused", () => {
  const live = applied(plan);
  const again = { ...planned(service("a", 81)), after: [live], afterReason: "the port changes" };
  assertEquals(decision({ planned: again, live, predecessor: live }), {
    action: "blocked",
    reason: "WaitingForDeletion",
    message: 'Service "ns/a" is being deleted and created again: the port changes',
  });
  const held = { ...again, held: true };
  assertEquals(brief({ planned: held, live, predecessor: live }), ["none", "held"]);
  assertEquals(brief({ planned: again, live, predecessor: live, paused: true }), [
    "none",
    "paused",
  ]);
  assertEquals(brief({ planned: again }), ["create"]);
});

Deno.test("a held object is not changed, but created if it is absent", () => {
  const held = { ...planned(service("a", 81)), held: true };
  assertEquals(brief({ planned: held, live: applied(plan) }), ["none", "held"]);
  assertEquals(brief({ planned: held }), ["create"]);
});
