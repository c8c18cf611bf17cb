// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createStore } from "../../kube/store.ts";
import { createExecutor } from "./execute.ts";
import { storedKinds } from "./stored_kinds.ts";
import { createMemoryLog } from "../engine/testing/memory_log.ts";
import { applied, parentObject, planned, service, type TestObject } from "./testing/objects.ts";
import { type ExpectedCall, scriptedClient } from "../engine/testing/scripted_client.ts";

const PLAN = planned(service("a"));
const REPLACED = [
  { op: "test", path: "/metadata/resourceVersion", value: "1" },
  { op: "replace", path: "/spec/ports/0", value: { port: 80 } },
];
const refused = new ApiError({
  status: 422,
  reason: "Invalid",
  message: "Duplicate value",
  request: { verb: "apply", method: "PATCH", path: "/" },
});

/** Executes the plan of a Service over a live one with these ports. */
async function execute(ports: unknown[], ...expected: (ExpectedCall | string)[]) {
  const client = scriptedClient(...expected);
  const { store, feed } = createStore<KubeObject, KubeObject>({
    apiVersion: "v1",
    kind: "Service",
    project: (object) => object,
    onChange: () => {},
  });
  const live: TestObject = { ...applied(PLAN), spec: { ports } };
  feed.event("ADDED", live);
  const stores = storedKinds([{ resource: services, store }]);
  const { execute } = createExecutor({ client, stores, log: createMemoryLog() });
  const result = await execute({ parent: parentObject(), planned: [PLAN] });
  client.done();
  return result;
}

Deno.test("fields that conflict with the plan are removed and disowned, and the plan is applied again", async () => {
  const repaired = (object: KubeObject) => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: [{ manager: "dynamo-operator" }, { manager: "dynamo-operator-repair" }],
    },
  });
  const { writes, errors } = await execute(
    [{ port: 7777 }],
    { call: "apply Service ns/a", error: refused },
    {
      call: "patch Service ns/a",
      check: ({ patch }) => assertEquals(patch, { type: "json", body: REPLACED }),
      answer: repaired,
    },
    {
      call: "patch Service ns/a",
      check: ({ patch }) =>
        assertEquals(patch?.body, [
          {
            op: "test",
            path: "/metadata/managedFields/1/manager",
            value: "dynamo-operator-repair",
          },
          { op: "remove", path: "/metadata/managedFields/1" },
        ]),
    },
    "apply Service ns/a",
  );
  assertEquals([writes.map(({ verb }) => verb), errors], [["apply"], []]);
});

Deno.test("ownership is given up even if the managed fields are reordered meanwhile", async () => {
  const managed = (...managers: string[]) => (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, managedFields: managers.map((manager) => ({ manager })) },
  });
  const patch = "patch Service ns/a";
  const { errors } = await execute(
    [{ port: 7777 }],
    { call: "apply Service ns/a", error: refused },
    { call: patch, answer: managed("dynamo-operator", "controller", "dynamo-operator-repair") },
    { call: patch, error: refused },
    {
      call: patch,
      check: ({ patch }) => assertEquals(patch?.body, []),
      answer: managed("dynamo-operator", "dynamo-operator-repair", "controller"),
    },
    {
      call: patch,
      check: ({ patch }) =>
        assertEquals(Array.isArray(patch?.body) && patch.body[1], {
          op: "remove",
          path: "/metadata/managedFields/1",
        }),
    },
    "apply Service ns/a",
  );
  assertEquals(errors, []);
});

Deno.test("a refusal is reported if no field conflicts", async () => {
  const { errors } = await execute([], { call: "apply Service ns/a", error: refused });
  assertEquals(errors.map(({ error }) => error), [refused]);
});

Deno.test("a refusal is reported if the patch is refused too, or does not help", async () => {
  const apply = { call: "apply Service ns/a", error: refused };
  const patch = "patch Service ns/a";
  const other = new ApiError({ ...refused, message: "Other" });
  const first = await execute([{ port: 7777 }], apply, { call: patch, error: other });
  assertEquals(first.errors.map(({ error }) => error), [refused]);
  const second = await execute([{ port: 7777 }], apply, patch, {
    call: "apply Service ns/a",
    error: other,
  });
  assertEquals(second.errors.map(({ error }) => error), [other]);
});
