// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { changeEvents, type Write } from "./execution.ts";
import { apiError, conflict, executorOver, serviceWith } from "../engine/testing/executor.ts";
import { applied, parentObject, planned, service, type TestObject } from "./testing/objects.ts";

const a = planned(service("a"));

const invalid = (field: string) =>
  new ApiError({
    status: 422,
    reason: "Invalid",
    message: `${field}: Invalid value`,
    request: { verb: "apply", method: "PATCH", path: "/" },
    details: { causes: [{ field }] },
  });
const named = planned(serviceWith({ ports: [{ port: 80, name: "http" }] }));
const renumbered: TestObject = { ...applied(named), spec: { ports: [{ port: 7, name: "http" }] } };

/** Returns the response to a list request: the live object with managed fields in which "kubectl-edit" owns port 7. */
function withOwners(object: TestObject) {
  const port = { 'k:{"port":7,"protocol":"TCP"}': { ".": {}, "f:name": {} } };
  const managedFields = [{
    manager: "kubectl-edit",
    operation: "Update",
    fieldsV1: { "f:spec": { "f:ports": port } },
  }];
  return () => ({ ...object, metadata: { ...object.metadata, managedFields } });
}

/** Returns the object with managed fields in which this manager owns the plan hash. */
function withManager(object: TestObject, manager: string, operation: string): TestObject {
  const fieldsV1 = { "f:metadata": { "f:annotations": { "f:nvidia.com/plan-hash": {} } } };
  return {
    ...object,
    metadata: { ...object.metadata, managedFields: [{ manager, operation, fieldsV1 }] },
  };
}

Deno.test("fields that conflict with the plan are claimed after a dry run, and the plan is applied again", async () => {
  const { execute, client } = executorOver(
    [renumbered],
    { call: "apply Service ns/a", error: invalid("spec.ports[1].name") },
    { call: "list Service ns/a", answer: withOwners(renumbered) },
    {
      call: "patch Service ns/a",
      check: ({ patch, dryRun }) => {
        assertEquals(dryRun, true);
        const { spec } = patch?.body as TestObject;
        assertEquals(spec, { ports: [{ port: 80, name: "http" }] });
      },
    },
    {
      call: "patch Service ns/a",
      check: ({ patch, dryRun }) => {
        assertEquals(dryRun, false);
        const { metadata, ...others } = patch?.body as Pick<TestObject, "metadata">;
        assertEquals(others, {});
        assertEquals(metadata.resourceVersion, "1");
        assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["dynamo-operator"]);
      },
    },
    "apply Service ns/a",
  );
  const { writes, errors } = await execute({ planned: [named] });
  assertEquals([writes.map(({ verb }) => verb), errors], [["apply"], []]);
  client.done();
});

Deno.test("if the dry run is refused too, nothing is written and the first refusal is reported", async () => {
  const refused = invalid("spec.ports[1].name");
  const { execute, client } = executorOver(
    [renumbered],
    { call: "apply Service ns/a", error: refused },
    { call: "list Service ns/a", answer: withOwners(renumbered) },
    { call: "patch Service ns/a", error: invalid("spec.clusterIP") },
  );
  const { writes, errors } = await execute({ planned: [named] });
  assertEquals([writes, errors.map(({ error }) => error)], [[], [refused]]);
  client.done();
});

Deno.test("a refusal that names no field is reported without another request", async () => {
  for (const error of [apiError(422, "Invalid", "policy"), apiError(403, "Forbidden", "quota")]) {
    const { execute, client } = executorOver([renumbered], { call: "apply Service ns/a", error });
    const { errors } = await execute({ planned: [named] });
    assertEquals(errors.map((failed) => failed.error), [error]);
    client.done();
  }
});

Deno.test("a changed object is read and applied again, but not an orphan whose parent is deleted", async () => {
  const live: TestObject = { ...applied(a), spec: {} };
  const newer = (metadata: Partial<KubeObject["metadata"]>) => () => ({
    ...live,
    metadata: { ...live.metadata, resourceVersion: "2", ...metadata },
  });
  const changed = executorOver(
    [live],
    { call: "apply Service ns/a", error: conflict },
    { call: "list Service ns/a", answer: newer({}) },
    {
      call: "apply Service ns/a",
      check: ({ manifest }) => assertEquals(manifest?.metadata.resourceVersion, "2"),
    },
  );
  assertEquals((await changed.execute({ planned: [a] })).writes.length, 1);
  changed.client.done();

  const orphaned = executorOver(
    [live],
    { call: "apply Service ns/a", error: conflict },
    { call: "list Service ns/a", answer: newer({ ownerReferences: [] }) },
  );
  const gone = { confirmParent: () => Promise.resolve(false) };
  const { writes, conflicts } = await orphaned.execute({ planned: [a], ...gone });
  assertEquals([writes, conflicts.length], [[], 1]);
  orphaned.client.done();
});

Deno.test("an orphan stays one if its parent is deleted while the operator takes over its fields", async () => {
  const orphan = applied(a, { ownerReferences: [] });
  const { execute, client } = executorOver(
    [orphan],
    { call: "list Service ns/a", answer: () => withManager(orphan, "velero-server", "Update") },
    {
      call: "patch Service ns/a",
      answer: () => ({ ...orphan, metadata: { ...orphan.metadata, resourceVersion: "2" } }),
    },
  );
  const answers = [true, false];
  const confirmParent = () => Promise.resolve(answers.shift() ?? false);
  const { writes, conflicts } = await execute({ planned: [a], confirmParent });
  assertEquals([writes, conflicts.length, answers], [[], 1, []]);
  client.done();
});

Deno.test("an adopted object is released if its parent was deleted during the apply", async () => {
  const orphan = applied(a, { ownerReferences: [] });
  const { execute, client } = executorOver(
    [orphan],
    { call: "list Service ns/a", answer: () => withManager(orphan, "dynamo-operator", "Apply") },
    "apply Service ns/a",
    {
      call: "patch Service ns/a",
      check: ({ patch }) => {
        const { metadata } = patch?.body as TestObject;
        assertEquals(metadata.ownerReferences, []);
      },
    },
  );
  const answers = [true, false];
  const confirmParent = () => Promise.resolve(answers.shift() ?? false);
  const { writes, conflicts } = await execute({ planned: [a], confirmParent });
  assertEquals([writes, conflicts.length, answers], [[], 1, []]);
  client.done();
});

Deno.test("an orphan is adopted by an apply, after the operator has taken over the fields of the tool that restored it", async () => {
  const orphan = applied(a, { ownerReferences: [], labels: { team: "red" } });
  const { execute, client } = executorOver(
    [orphan],
    { call: "list Service ns/a", answer: () => withManager(orphan, "velero-server", "Update") },
    {
      call: "patch Service ns/a",
      check: ({ patch }) => {
        const { metadata } = patch?.body as TestObject;
        assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["dynamo-operator"]);
      },
      answer: () => ({ ...orphan, metadata: { ...orphan.metadata, resourceVersion: "2" } }),
    },
    {
      call: "apply Service ns/a",
      check: ({ manifest }) => {
        const { uid, resourceVersion, ownerReferences } = manifest?.metadata ?? {};
        assertEquals([uid, resourceVersion], ["a-uid", "2"]);
        assertEquals(ownerReferences?.map((owner) => owner.uid), ["parent-uid"]);
      },
    },
  );
  const confirmParent = () => Promise.resolve(true);
  const { writes } = await execute({ planned: [a], confirmParent });
  assertEquals(writes.map(({ why }) => why), [['metadata.ownerReferences["parent-uid"]']]);
  client.done();
});

Deno.test("an orphan without managed fields gets them before the operator takes over its fields", async () => {
  const orphan = applied(a, { ownerReferences: [] });
  const { execute, client } = executorOver(
    [orphan],
    { call: "list Service ns/a", answer: () => orphan },
    {
      call: "apply Service ns/a",
      check: ({ manifest }) => {
        const { apiVersion, kind, metadata: { name, namespace, uid } } = orphan;
        const identity = { name, namespace, uid, resourceVersion: "1" };
        assertEquals(manifest, { apiVersion, kind, metadata: identity } as KubeObject);
      },
      answer: () => withManager(orphan, "before-first-apply", "Update"),
    },
    {
      call: "patch Service ns/a",
      check: ({ patch }) => {
        const { metadata } = patch?.body as TestObject;
        assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["dynamo-operator"]);
      },
    },
    "apply Service ns/a",
  );
  const { writes } = await execute({ planned: [a], confirmParent: () => Promise.resolve(true) });
  assertEquals(writes.map(({ verb }) => verb), ["adopt"]);
  client.done();
});

Deno.test("after kubectl rollout undo, the restored fields are claimed and removed, with an event", async () => {
  const plan = planned(serviceWith({ externalName: "new" }));
  const earlier = planned(serviceWith({ externalName: "old", sessionAffinity: "ClientIP" }));
  const undone = { ...applied(earlier, { resourceVersion: "5" }) };
  const fieldsV1 = {
    "f:metadata": { "f:annotations": { "f:nvidia.com/plan-hash": {} } },
    "f:spec": { "f:externalName": {}, "f:sessionAffinity": {} },
  };
  const managedFields = [{ manager: "kubectl-rollout", operation: "Update", fieldsV1 }];
  const owned = { ...undone, metadata: { ...undone.metadata, managedFields } };
  const { execute, change, client } = executorOver(
    [applied(plan)],
    { call: "list Service ns/a", answer: () => owned },
    {
      call: "patch Service ns/a",
      check: ({ patch }) => {
        const { metadata } = patch?.body as TestObject;
        assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["dynamo-operator"]);
      },
      answer: () => ({ ...undone, metadata: { ...undone.metadata, resourceVersion: "6" } }),
    },
    "apply Service ns/a",
  );
  assertEquals((await execute({ planned: [plan] })).writes, []);
  change(undone);
  const { writes } = await execute({ planned: [plan] });
  assertEquals(changeEvents({ writes }).map(({ reason }) => reason), ["DriftRepaired"]);
  client.done();
});

Deno.test("a fight is reported with the other field manager, and the object is repaired once a minute", async () => {
  const plan = planned(serviceWith({ externalName: "ours" }));
  let version = 100;
  const next = <T extends KubeObject>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(version++) },
  });
  const theirs: TestObject = { ...applied(plan), spec: { externalName: "theirs" } };
  const managedFields = [{
    manager: "kubectl",
    operation: "Update",
    fieldsV1: { "f:spec": { "f:externalName": {} } },
  }];
  const { execute, client, change, advance } = executorOver(
    [],
    ...Array.from({ length: 7 }, () => ({ call: "apply Service ns/a", answer: next })),
    {
      call: "list Service ns/a",
      answer: () => ({ ...theirs, metadata: { ...theirs.metadata, managedFields } }),
    },
  );
  const fight = async () => {
    change(next(theirs));
    const { writes, blocked, notices = [] } = await execute({ planned: [plan] });
    const reasons = [...blocked, ...notices].map(({ reason, retryMs }) => `${reason} ${retryMs}`);
    return [writes.length, ...reasons];
  };
  assertEquals(await execute({ planned: [plan] }).then(({ writes }) => writes.length), 1);
  for (let repairs = 0; repairs < 5; repairs++) assertEquals(await fight(), [1]);
  advance(10_000);
  assertEquals(await fight(), [0, "DriftFight 50000"]);
  const { blocked: [held] } = await execute({ planned: [plan] });
  assertStringIncludes(held?.message ?? "", 'Service "ns/a": field manager "kubectl" and the');
  advance(50_000);
  assertEquals(await fight(), [1, "DriftFight 60000"]);
  assertEquals((await execute({ planned: [plan] })).blocked, []);
  advance(60_000);
  assertEquals((await execute({ planned: [plan] })).notices, []);
  client.done();
});

Deno.test("all parents of a shared object have one limit for its repairs", async () => {
  const plan = planned(serviceWith({ externalName: "ours" }), "shared");
  const theirs: TestObject = { ...applied(plan), spec: { externalName: "theirs" } };
  let version = 100;
  const next = <T extends KubeObject>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(version++) },
  });
  const { execute, client, change } = executorOver(
    [],
    ...Array.from({ length: 6 }, () => ({ call: "apply Service ns/a", answer: next })),
    { call: "list Service ns/a", answer: () => theirs },
  );
  const results: (number | string)[] = [];
  for (let count = 0; count < 8; count++) {
    const parent = parentObject({ uid: count % 2 === 0 ? "one" : "two" });
    const { writes, blocked } = await execute({ planned: [plan], parent });
    results.push(blocked[0]?.reason ?? writes.length);
    change(next(theirs));
  }
  assertEquals(results, [1, 1, 1, 1, 1, 1, "DriftFight", "DriftFight"]);
  client.done();
});

Deno.test("fields that the API server did not store cause a notice after each execution", async () => {
  const withoutPorts = (manifest: KubeObject) => ({ ...manifest, spec: {} });
  const { execute } = executorOver([], { call: "apply Service ns/a", answer: withoutPorts });
  for (let count = 0; count < 2; count++) {
    const { notices } = await execute({ planned: [a] });
    assertEquals(notices?.map(({ reason }) => reason), ["NotKept"]);
    assertStringIncludes(notices?.[0]?.message ?? "", 'did not store spec.ports[80,"TCP"]');
  }
});

Deno.test("pruned, adopted and repaired objects cause events, applies of a new plan do not", () => {
  const write = (name: string, verb: Write["verb"], ...why: string[]): Write => ({
    ref: { apiVersion: "v1", kind: "Service", namespace: "ns", name },
    verb,
    why,
  });
  const writes = [
    write("a", "create", "new"),
    write("b", "apply", "spec.ports", "metadata.annotations.nvidia.com/plan-hash"),
    write("c", "delete", "no longer needed"),
    write("f", "delete", "to create it again"),
    write("d", "adopt", "metadata.ownerReferences"),
    write("e", "apply", "spec.ports"),
  ];
  assertEquals(changeEvents({ writes }).map(({ reason, note }) => `${reason}: ${note}`), [
    'Pruned: Deleted Service "c": no longer needed',
    'Pruned: Deleted Service "f": to create it again',
    'Adopted: Adopted Service "d": former children without an owner',
    'DriftRepaired: Repaired drift of Service "e": spec.ports',
  ]);
});

Deno.test("an object that the Go operator has updated again is taken over again", async () => {
  const hash = { "nvidia.com/last-applied-hash": "go" };
  const live: TestObject = { ...applied(a), spec: {} };
  const returned = {
    ...live,
    metadata: { ...live.metadata, annotations: { ...live.metadata.annotations, ...hash } },
  };
  const written = [{ manager: "manager", operation: "Update", fieldsV1: { "f:spec": {} } }];
  const { execute, client } = executorOver(
    [returned],
    {
      call: "list Service ns/a",
      answer: () => ({ ...returned, metadata: { ...returned.metadata, managedFields: written } }),
    },
    {
      call: "patch Service ns/a",
      check: ({ patch }) => {
        const { metadata } = patch?.body as TestObject;
        assertEquals(metadata.managedFields?.map(({ manager }) => manager), ["dynamo-operator"]);
      },
      answer: () => returned,
    },
    "apply Service ns/a",
  );
  assertEquals((await execute({ planned: [a] })).writes.length, 1);
  client.done();
});
