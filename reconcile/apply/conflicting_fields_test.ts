// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { conflictingFields, type JsonPatchOperation } from "./conflicting_fields.ts";
import { shapeOfManifest } from "./testing/objects.ts";

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

/** Of Deployments whose only container has these fields. */
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
