// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createStore } from "../../kube/store.ts";
import { createMemoryLog } from "../engine/testing/memory_log.ts";
import { type ExpectedCall, scriptedClient } from "../engine/testing/scripted_client.ts";
import { conflictingFields, type JsonPatchOperation } from "./conflicting_fields.ts";
import { createExecutor } from "./execute.ts";
import { storedKinds } from "./stored_kinds.ts";
import {
  applied,
  parentObject,
  planned,
  service,
  shapeOfManifest,
  type TestObject,
} from "./testing/objects.ts";

function conflictsOf(planned: KubeObject, live: KubeObject): JsonPatchOperation[] {
  return conflictingFields(planned, live, shapeOfManifest(planned));
}

const TEST: JsonPatchOperation = { op: "test", path: "/metadata/resourceVersion", value: "7" };
const MAIN = "/spec/template/spec/containers/0";

function objectOf(apiVersion: string, kind: string, spec: unknown): KubeObject {
  return { apiVersion, kind, metadata: { name: "a", resourceVersion: "7" }, spec } as KubeObject;
}

function ofServices(planned: unknown, live: unknown): JsonPatchOperation[] {
  return conflictsOf(objectOf("v1", "Service", planned), objectOf("v1", "Service", live));
}

/** Returns the conflicting fields of two Deployments whose only container has these fields. */
function ofContainers(planned: object, live: object): JsonPatchOperation[] {
  const [ours, theirs] = [planned, live].map((fields) =>
    objectOf("apps/v1", "Deployment", {
      template: {
        metadata: { labels: fields === planned ? { a: "b" } : { team: "red" } },
        spec: { containers: [{ name: "main", ...fields }] },
      },
    })
  );
  return ours && theirs ? conflictsOf(ours, theirs) : [];
}

Deno.test("a port whose number changed is replaced in its place", () => {
  const planned = { port: 9090, name: "http" };
  assertEquals(
    ofServices({ ports: [planned] }, { ports: [{ port: 7777, protocol: "TCP", name: "http" }] }),
    [TEST, { op: "replace", path: "/spec/ports/0", value: planned }],
  );
  const containerPort = { containerPort: 9090, name: "http" };
  assertEquals(
    ofContainers({ ports: [containerPort] }, { ports: [{ containerPort: 1, name: "http" }] }),
    [TEST, { op: "replace", path: `${MAIN}/ports/0`, value: containerPort }],
  );
});

Deno.test("surplus entries are removed from the end, after changes inside other entries", () => {
  const ports = [{ port: 1 }, { port: 2 }, { port: 3 }, { port: 4 }, { port: 5 }];
  assertEquals(ofServices({ ports: [{ port: 9 }, { port: 3 }] }, { ports }), [
    TEST,
    { op: "replace", path: "/spec/ports/0", value: { port: 9 } },
    { op: "remove", path: "/spec/ports/4" },
    { op: "remove", path: "/spec/ports/3" },
    { op: "remove", path: "/spec/ports/1" },
  ]);
});

Deno.test("a value that became a reference becomes a value again", () => {
  const valueFrom = { fieldRef: { fieldPath: "metadata.name" } };
  assertEquals(
    ofContainers({ env: [{ name: "A", value: "x" }] }, { env: [{ name: "A", valueFrom }] }),
    [
      TEST,
      { op: "remove", path: `${MAIN}/env/0/valueFrom` },
      { op: "add", path: `${MAIN}/env/0/value`, value: "x" },
    ],
  );
});

Deno.test("a foreign handler of a probe is removed and the planned one added", () => {
  const httpGet = { path: "/live", port: 9090 };
  assertEquals(
    ofContainers(
      { livenessProbe: { httpGet, periodSeconds: 5 } },
      { livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 5 } },
    ),
    [
      TEST,
      { op: "remove", path: `${MAIN}/livenessProbe/tcpSocket` },
      { op: "add", path: `${MAIN}/livenessProbe/httpGet`, value: httpGet },
    ],
  );
});

Deno.test("additions beside a complete plan stay, as do labels, maps and the members of spec", () => {
  const ports = [{ port: 1 }, { port: 2 }];
  assertEquals(ofServices({ ports: [{ port: 1 }] }, { ports, type: "NodePort" }), []);
  assertEquals(ofServices({ type: "NodePort" }, { externalName: "x" }), []);
  assertEquals(
    ofContainers({ resources: { limits: { cpu: 1 } } }, { resources: { limits: { memory: 1 } } }),
    [],
  );
});

Deno.test("an empty planned value is not missing, and an object without a spec never conflicts", () => {
  assertEquals(ofContainers({ resources: {}, command: [] }, { image: "x" }), []);
  const role = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  assertEquals(conflictsOf(role, role), []);
});

Deno.test("names are escaped as in a JSON pointer", () => {
  const custom = (spec: unknown) => objectOf("example.com/v1", "Custom", { "a~b": spec });
  assertEquals(conflictsOf(custom({ "c/d": 1 }), custom({ "e/f": 1 })), [
    TEST,
    { op: "remove", path: "/spec/a~0b/e~1f" },
    { op: "add", path: "/spec/a~0b/c~1d", value: 1 },
  ]);
});

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

/** Executes the plan of a Service over a live Service with these ports. */
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
