// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { roleBindings, serviceAccounts, services } from "../../kube/builtin.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { createExecutor, type Work } from "./execute.ts";
import { storedKinds } from "./stored_kinds.ts";
import { settle } from "../engine/testing/fake_clock.ts";
import { createMemoryLog } from "../engine/testing/memory_log.ts";
import {
  applied,
  parentObject,
  planned,
  roleBinding,
  service,
  type TestObject,
} from "./testing/objects.ts";
import { type ExpectedCall, scriptedClient } from "../engine/testing/scripted_client.ts";

/** Returns an executor over stores that contain `live`, and a client that allows exactly the expected calls. */
function executorOver(live: TestObject[], ...expected: (ExpectedCall | string)[]) {
  const client = scriptedClient(...expected);
  const log = createMemoryLog();
  const widgets = planned(widget({})).resource;
  const all = [services, roleBindings, serviceAccounts, widgets];
  let nowMs = 0;
  const feeds = new Map<string, (object: TestObject) => void>();
  const kinds = all.map((resource: Resource<KubeObject>) => {
    const { apiVersion, kind } = resource;
    const { store, feed } = createStore<KubeObject, KubeObject>({
      apiVersion,
      kind,
      project: (object) => object,
      onChange: () => {},
    });
    for (const object of live) if (object.kind === kind) feed.event("ADDED", object);
    feeds.set(kind, (object) => feed.event("MODIFIED", object));
    return { resource, store };
  });
  const clock = { now: () => nowMs };
  const { execute } = createExecutor({ client, stores: storedKinds(kinds), clock, log });
  return {
    client,
    log,
    store: storedKinds(kinds)(service("")).store,
    advance: (ms: number) => void (nowMs += ms),
    /** Changes a live object as another client. */
    change: (object: TestObject) => feeds.get(object.kind)?.(object),
    execute: (work: Partial<Work>) => execute({ parent: parentObject(), planned: [], ...work }),
  };
}

/** Returns an object of a custom kind. */
function widget(spec: Record<string, unknown>): TestObject {
  const metadata = { name: "w", namespace: "ns" };
  return { apiVersion: "example.com/v1", kind: "Widget", metadata, spec };
}

function serviceWith(spec: Record<string, unknown>): TestObject {
  return { ...service("a"), spec };
}

const conflict = apiError(409, "Conflict");

function apiError(status: number, reason: string, message = reason): ApiError {
  return new ApiError({
    status,
    reason,
    message,
    request: { verb: "apply", method: "PATCH", path: "/" },
  });
}

const [a, b, c] = ["a", "b", "c"].map((name) => planned(service(name)));
if (!a || !b || !c) throw new Error("three plans");

Deno.test("a missing object is created, and the next execution writes nothing", async () => {
  const { execute, client } = executorOver([], "apply Service ns/a", "apply Service ns/b");
  const { writes } = await execute({ planned: [a, b] });
  assertEquals(writes.map(({ ref, verb }) => `${verb} ${ref.name}`), ["create a", "create b"]);
  client.done();
  assertEquals(await execute({ planned: [a, b] }), {
    writes: [],
    errors: [],
    blocked: [],
    conflicts: [],
    notices: [],
  });
});

Deno.test("only objects that differ are applied, with UID and version of the live object", async () => {
  const { execute, client } = executorOver([applied(a), applied(b), { ...applied(c), spec: {} }], {
    call: "apply Service ns/c",
    check: ({ manifest }) => {
      const { uid, resourceVersion } = manifest?.metadata ?? {};
      assertEquals([uid, resourceVersion], ["c-uid", "1"]);
    },
  });
  const { writes } = await execute({ planned: [a, b, c] });
  assertEquals(writes.map(({ why }) => why), [['spec.ports[80,"TCP"]']]);
  client.done();
});

Deno.test("the second apply of one object carries the result of the first", async () => {
  const initially = { spec: { replicas: 1 } };
  const live = applied(planned(widget({ limits: { cpu: 1 } })));
  const sent: unknown[] = [];
  const send = (spec: Record<string, unknown>) => ({
    call: "apply Widget ns/w",
    check: ({ manifest }: { manifest?: KubeObject }) =>
      sent.push([manifest?.metadata.resourceVersion, (manifest as TestObject | undefined)?.spec]),
    answer: (object: KubeObject) => ({ ...object, spec }),
  });
  const { execute, client } = executorOver(
    [{ ...live, spec: { limits: { cpu: 1 }, replicas: 3 } }],
    send({ replicas: 4 }),
    send({ limits: {}, replicas: 4 }),
  );
  const plan = { ...planned(widget({ limits: {} })), initially };
  const { conflicts, errors } = await execute({ planned: [plan] });
  assertEquals([conflicts, errors], [[], []]);
  assertEquals(sent, [["1", { replicas: 3 }], ["101", { limits: {}, replicas: 4 }]]);
  client.done();
});

Deno.test("one object that cannot be written does not stop the others", async () => {
  const { execute, client } = executorOver(
    [],
    { call: "apply Service ns/a", error: apiError(422, "Invalid") },
    { call: "apply Service ns/b", error: conflict },
    "apply Service ns/c",
  );
  const result = await execute({ planned: [a, b, c] });
  client.done();
  assertEquals(result.errors.map(({ ref }) => ref.name), ["a"]);
  assertEquals(result.conflicts.map(({ name }) => name), ["b"]);
  assertEquals(result.writes.map(({ ref }) => ref.name), ["c"]);
});

Deno.test("a namespace that is being deleted is not an error", async () => {
  const terminating = new ApiError({
    status: 403,
    reason: "Forbidden",
    message: "namespace ns is being terminated",
    request: { verb: "apply", method: "PATCH", path: "/" },
    details: { causes: [{ reason: "NamespaceTerminating", field: "metadata.namespace" }] },
  });
  const { execute } = executorOver([], { call: "apply Service ns/a", error: terminating });
  const { errors, conflicts } = await execute({ planned: [a] });
  assertEquals([errors.length, conflicts.length], [0, 1]);
});

Deno.test("a field that the API server does not know is named", async () => {
  const message = "failed to create typed patch object (ns/a; v1, Kind=Service): " +
    ".spec.nonsense: field not declared in schema";
  const { execute } = executorOver([], {
    call: "apply Service ns/a",
    error: apiError(500, "InternalError", message),
  });
  const { errors } = await execute({ planned: [a] });
  assertStringIncludes(String(errors[0]?.error), 'does not know the field "spec.nonsense"');
});

Deno.test("a foreign object is reported and not written", async () => {
  const { execute } = executorOver([service("a")]);
  const { blocked, writes } = await execute({ planned: [a] });
  assertEquals(writes, []);
  assertEquals(blocked.map(({ reason }) => reason), ["NameConflict"]);
});

Deno.test("a ServiceAccount that another client created unseen is not applied", async () => {
  const account = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "s", namespace: "ns" },
  };
  const theirs = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, uid: "theirs", resourceVersion: "7" },
  });
  const taken = executorOver([], { call: "get ServiceAccount ns/s", answer: theirs });
  const first = await taken.execute({ planned: [planned(account)] });
  assertEquals([first.writes, first.conflicts.length], [[], 1]);
  const second = await taken.execute({ planned: [planned(account)] });
  assertEquals(second.blocked.map(({ reason }) => reason), ["NameConflict"]);

  const free = executorOver(
    [],
    { call: "get ServiceAccount ns/s", error: apiError(404, "NotFound") },
    "apply ServiceAccount ns/s",
  );
  const { writes } = await free.execute({ planned: [planned(account)] });
  assertEquals(writes.map(({ verb }) => verb), ["create"]);
  taken.client.done();
  free.client.done();
});

Deno.test("a binding to another role is deleted and created again", async () => {
  const { execute, client } = executorOver(
    [applied(planned(roleBinding("reader")))],
    {
      call: "delete RoleBinding ns/b",
      check: ({ options }) => {
        assertEquals([options?.uid, options?.propagationPolicy], ["b-uid", "Background"]);
      },
    },
    {
      call: "apply RoleBinding ns/b",
      check: ({ manifest }) => assertEquals(manifest?.metadata.uid, undefined),
      answer: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, uid: "b2-uid" } }),
    },
  );
  const { writes } = await execute({ planned: [planned(roleBinding("writer"))] });
  assertEquals(writes.map(({ verb }) => verb), ["replace"]);
  client.done();
});

Deno.test("a dropped field is applied once, logged once and applied again for a new plan", async () => {
  const withoutPorts = (manifest: KubeObject) => ({ ...manifest, spec: {} });
  const { execute, client, log } = executorOver(
    [],
    { call: "apply Service ns/a", answer: withoutPorts },
    { call: "apply Service ns/a", answer: withoutPorts },
  );
  await execute({ planned: [a] });
  await execute({ planned: [a] });
  await execute({ planned: [planned(service("a", 81))] });
  await execute({ planned: [planned(service("a", 81))] });
  client.done();
  assertEquals(log.lines.filter((line) => line.startsWith("warn")), [
    'warn The API server did not store these applied fields of Service "ns/a": ' +
    'spec.ports[80,"TCP"]; check feature gates and mutating webhooks',
    'warn The API server did not store these applied fields of Service "ns/a": ' +
    'spec.ports[81,"TCP"]; check feature gates and mutating webhooks',
  ]);
});

Deno.test("two parents that share an object write it in sequence", async () => {
  const owner = (uid: string) => ({ apiVersion: "v1", kind: "Pod", name: uid, uid });
  const shared = (uid: string) => {
    const manifest = service("a");
    manifest.metadata.ownerReferences = [owner(uid)];
    return { planned: [planned(manifest, "shared")], parent: parentObject({ uid }) };
  };
  const first = Promise.withResolvers<void>();
  const { execute, client } = executorOver(
    [],
    { call: "apply Service ns/a", until: first.promise },
    {
      call: "apply Service ns/a",
      check: ({ manifest }) =>
        assertEquals(manifest?.metadata.ownerReferences, [owner("one"), owner("two")]),
    },
  );
  const both = [execute(shared("one")), execute(shared("two"))];
  first.resolve();
  await Promise.all(both);
  client.done();
});

Deno.test("a binding is written last, and retried if its role is not known yet", async () => {
  const written = Promise.withResolvers<void>();
  let done = false;
  const { execute, client } = executorOver(
    [],
    { call: "apply Service ns/a", until: written.promise },
    {
      call: "apply RoleBinding ns/b",
      check: () => assertEquals(done, true),
      error: apiError(404, "NotFound"),
    },
  );
  const executing = execute({ planned: [planned(roleBinding("reader")), a] });
  await settle();
  done = true;
  written.resolve();
  const { conflicts, errors } = await executing;
  assertEquals([conflicts.map(({ kind }) => kind), errors], [["RoleBinding"], []]);
  client.done();
});

Deno.test("nothing is written or pruned while paused", async () => {
  const { execute } = executorOver([applied(b)]);
  const { writes } = await execute({ planned: [a], prune: [applied(b)], paused: true });
  assertEquals(writes, []);
});

Deno.test("drift is reported while paused, without polling", async () => {
  const { execute } = executorOver([applied(a), { ...applied(b), spec: {} }]);
  const execution = await execute({ planned: [a, b, c], paused: true });
  assertEquals(execution.blocked, [{
    ref: { apiVersion: "v1", kind: "Service", namespace: "ns", name: "b" },
    reason: "Paused",
    message:
      'Service "ns/b" has drifted; the operator does not repair it while reconciliation is paused',
  }]);
  assertEquals([execution.errors, execution.conflicts], [[], []]);
});

Deno.test("an object of a kind without a store is an error of that object only", async () => {
  const { execute } = executorOver([], "apply Service ns/a");
  const unknown = { apiVersion: "v1", kind: "Gadget", metadata: { name: "g" } };
  const { errors, writes } = await execute({ planned: [planned(unknown), a] });
  assertEquals([errors.length, writes.length], [1, 1]);
  assertStringIncludes(String(errors[0]?.error), 'Cannot find Gadget of "v1"');
});

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

/** Returns the answer to a list: the live object with managed fields in which "kubectl-edit" owns port 7. */
function withOwners(object: TestObject) {
  const port = { 'k:{"port":7,"protocol":"TCP"}': { ".": {}, "f:name": {} } };
  const managedFields = [{
    manager: "kubectl-edit",
    operation: "Update",
    fieldsV1: { "f:spec": { "f:ports": port } },
  }];
  return () => ({ ...object, metadata: { ...object.metadata, managedFields } });
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

Deno.test("an object that changed meanwhile is read and applied again, unless another client owns it by now", async () => {
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

Deno.test("an orphan is adopted by an apply of this version, with the fields that its marks show as ours", async () => {
  const orphan = applied(a, { ownerReferences: [], labels: { team: "red" } });
  const restored = () => ({
    ...orphan,
    metadata: {
      ...orphan.metadata,
      managedFields: [{
        manager: "velero-server",
        operation: "Update",
        fieldsV1: { "f:metadata": { "f:annotations": { "f:nvidia.com/plan-hash": {} } } },
      }],
    },
  });
  const { execute, client } = executorOver(
    [orphan],
    { call: "list Service ns/a", answer: restored },
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

Deno.test("what the API server did not store is a notice after each execution", async () => {
  const withoutPorts = (manifest: KubeObject) => ({ ...manifest, spec: {} });
  const { execute } = executorOver([], { call: "apply Service ns/a", answer: withoutPorts });
  for (let count = 0; count < 2; count++) {
    const { notices } = await execute({ planned: [a] });
    assertEquals(notices?.map(({ reason }) => reason), ["NotKept"]);
    assertStringIncludes(notices?.[0]?.message ?? "", 'did not store spec.ports[80,"TCP"]');
  }
});

Deno.test("errors and blocked objects are in the order of the plan, in whatever order the writes end", async () => {
  const first = Promise.withResolvers<void>();
  const error = apiError(403, "Forbidden");
  const { execute } = executorOver(
    [],
    { call: "apply Service ns/a", error, until: first.promise },
    { call: "apply Service ns/b", error },
    { call: "apply Service ns/c", error },
  );
  const executing = execute({ planned: [a, b, c] });
  await settle();
  first.resolve();
  assertEquals((await executing).errors.map(({ ref }) => ref.name), ["a", "b", "c"]);
});
