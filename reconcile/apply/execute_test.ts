// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { settle } from "../engine/testing/fake_clock.ts";
import { apiError, conflict, executorOver, widget } from "../engine/testing/executor.ts";
import {
  applied,
  parentObject,
  planned,
  roleBinding,
  service,
  type TestObject,
} from "./testing/objects.ts";

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
      call: "create RoleBinding ns/b-dry-run",
      check: ({ dryRun }) => assertEquals(dryRun, true),
    },
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

Deno.test("a RoleBinding is not replaced if the API server refuses the new one", async () => {
  const error = apiError(403, "Forbidden");
  const { execute, client } = executorOver(
    [applied(planned(roleBinding("reader")))],
    { call: "create RoleBinding ns/b-dry-run", error },
  );
  const { writes, errors } = await execute({ planned: [planned(roleBinding("writer"))] });
  assertEquals([writes, errors.map((failed) => failed.error)], [[], [error]]);
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

Deno.test("prerequisites are written before all other objects, regardless of their position in the plan", async () => {
  const written = Promise.withResolvers<void>();
  let done = false;
  const after = (call: string) => ({ call, check: () => assertEquals(done, true) });
  const { execute, client } = executorOver(
    [],
    { call: "apply Service ns/c", until: written.promise },
    after("apply Service ns/a"),
    after("apply Service ns/b"),
  );
  const executing = execute({ planned: [a, b, { ...c, prerequisite: true }] });
  await settle();
  done = true;
  written.resolve();
  assertEquals((await executing).writes.length, 3);
  client.done();
});

Deno.test("nothing is written or pruned while paused", async () => {
  const { execute } = executorOver([applied(b)]);
  const { writes } = await execute({ planned: [a], prune: [applied(b)], paused: true });
  assertEquals(writes, []);
});

Deno.test("pruned objects exist until their dependents are deleted, if the work says so", async () => {
  const { execute, client } = executorOver([applied(a)], {
    call: "delete Service ns/a",
    check: ({ options }) => assertEquals(options?.propagationPolicy, "Foreground"),
  });
  await execute({ planned: [], prune: [applied(a)], pruneDependentsFirst: true });
  client.done();
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

Deno.test("errors and blocked objects are in the order of the plan, regardless of the order in which the writes end", async () => {
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

Deno.test("an object that is planned after itself is deleted, and created when it is gone", async () => {
  const live = applied(planned(service("a", 81)));
  const again = { ...a, after: [live] };
  const { execute, client } = executorOver(
    [live],
    "delete Service ns/a",
    {
      call: "apply Service ns/a",
      check: ({ manifest }) => assertEquals(manifest?.metadata.uid, undefined),
    },
  );
  const first = await execute({ planned: [again], prune: [live] });
  assertEquals(first.blocked.map(({ reason }) => reason), ["WaitingForDeletion"]);
  assertEquals(first.writes.map(({ verb, why }) => [verb, ...why]), [
    ["delete", "to create it again"],
  ]);
  const second = await execute({ planned: [a] });
  assertEquals(second.writes.map(({ verb }) => verb), ["create"]);
  client.done();
});
