// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { conflictingFields } from "./conflicting_fields.ts";
import { type FieldSet, withField } from "./field_set.ts";
import { objectOf, shapeOfManifest } from "./testing/objects.ts";

const CONTAINER = ["f:spec", "f:template", "f:spec", "f:containers", 'k:{"name":"main"}'];
const CONTAINER_FIELD = "spec.template.spec.containers[0]";

interface Refusal {
  /** Fields that the API server names as causes of the refusal. */
  causes: string[];
  /** Paths that another field manager owns. */
  foreign?: string[][];
}

function conflictsOf(planned: KubeObject, live: KubeObject, { causes, foreign = [] }: Refusal) {
  const options = {
    shape: shapeOfManifest(planned),
    causes: causes.map((field) => ({ field })),
    foreign: foreign.reduce<FieldSet>(withField, {}),
  };
  return conflictingFields(planned, live, options).map((path) => path.join(" "));
}

function ofServices(planned: unknown, live: unknown, refusal: Refusal) {
  return conflictsOf(
    objectOf("v1", "Service", planned),
    objectOf("v1", "Service", live),
    refusal,
  );
}

/**
 * Returns the fields of a live Deployment that conflict with a planned Deployment. Both have one container with the
 * given fields. The returned paths start at the container.
 */
function ofContainers(planned: object, live: object, { causes, foreign = [] }: Refusal) {
  const [ours, theirs] = [planned, live].map((fields) =>
    objectOf("apps/v1", "Deployment", {
      template: { spec: { containers: [{ name: "main", ...fields }] } },
    })
  );
  if (!ours || !theirs) return [];
  const refusal = {
    causes: causes.map((field) => `${CONTAINER_FIELD}.${field}`),
    foreign: foreign.map((path) => [...CONTAINER, ...path]),
  };
  return conflictsOf(ours, theirs, refusal)
    .map((path) => path.replace(`${CONTAINER.join(" ")} `, ""));
}

Deno.test("a port with the name of a planned port conflicts if a cause names the duplicate", () => {
  const planned = { ports: [{ port: 9090, name: "http" }] };
  const ports = [{ port: 7777, protocol: "TCP", name: "http" }, { port: 1, name: "other" }];
  const port = 'f:spec f:ports k:{"port":7777,"protocol":"TCP"}';
  assertEquals(ofServices(planned, { ports }, { causes: ["spec.ports[1].name"] }), [port]);
  assertEquals(ofServices(planned, { ports }, { causes: ["spec.ports[0].nodePort"] }), []);
  assertEquals(ofServices(planned, { ports }, { causes: [] }), []);
});

Deno.test("the item of another client stays if no planned item has its value", () => {
  const env = [{ name: "FOREIGN", value: "1" }];
  const refusal = { causes: ["env[0].name", "env[1].value", "env"] };
  assertEquals(ofContainers({ env: [{ name: "A" }] }, { env }, refusal), []);
});

Deno.test("the unplanned member of a union conflicts if the cause names it or the planned member", () => {
  const valueFrom = { fieldRef: { fieldPath: "metadata.name" } };
  const named = { causes: ["env[0].valueFrom"] };
  const item = 'f:env k:{"name":"A"}';
  assertEquals(
    ofContainers({ env: [{ name: "A", value: "x" }] }, { env: [{ name: "A", valueFrom }] }, named),
    [`${item} f:valueFrom`],
  );
  const live = { env: [{ name: "A", value: "x" }] };
  const planned = { env: [{ name: "A", valueFrom }] };
  assertEquals(ofContainers(planned, live, named), []);
  const foreign = [["f:env", 'k:{"name":"A"}', "f:value"]];
  assertEquals(ofContainers(planned, live, { ...named, foreign }), [`${item} f:value`]);
});

Deno.test("a second handler of a probe conflicts, also if a cause names a field inside of it", () => {
  const planned = { livenessProbe: { httpGet: { port: 9090 }, periodSeconds: 5 } };
  const live = { livenessProbe: { tcpSocket: { port: 1 }, periodSeconds: 5, timeoutSeconds: 1 } };
  for (const cause of ["livenessProbe.tcpSocket", "livenessProbe.tcpSocket.port"]) {
    assertEquals(ofContainers(planned, live, { causes: [cause] }), [
      "f:livenessProbe f:tcpSocket",
    ]);
  }
});

Deno.test("defaults of the API server never conflict unless a cause names them", () => {
  const planned = { image: "i", resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } };
  const live = {
    image: "i",
    imagePullPolicy: "Always",
    terminationMessagePath: "/dev/termination-log",
    resources: { limits: { cpu: "1" } },
  };
  const refusal = { causes: ["resources.requests", "image", "imagePullPolicy"] };
  assertEquals(ofContainers(planned, live, { causes: refusal.causes.slice(0, 2) }), []);
  assertEquals(ofContainers(planned, live, refusal), ["f:imagePullPolicy"]);
});

Deno.test("a limit of another client conflicts with a planned request", () => {
  const planned = { resources: { requests: { cpu: "2" } } };
  const live = { resources: { requests: { cpu: "1" }, limits: { cpu: "1" } } };
  const foreign = [["f:resources", "f:limits", "f:cpu"]];
  assertEquals(ofContainers(planned, live, { causes: ["resources.requests"], foreign }), [
    "f:resources f:limits",
  ]);
});

Deno.test("the parameters of another strategy conflict, other members of the spec do not", () => {
  const planned = objectOf("apps/v1", "Deployment", { strategy: { type: "Recreate" } });
  const live = objectOf("apps/v1", "Deployment", {
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
    progressDeadlineSeconds: 77,
  });
  const foreign = [["f:spec", "f:progressDeadlineSeconds"]];
  assertEquals(
    conflictsOf(planned, live, { causes: ["spec.strategy.rollingUpdate"], foreign }),
    ["f:spec f:strategy f:rollingUpdate"],
  );
  assertEquals(conflictsOf(planned, live, { causes: ["spec.selector"], foreign }), []);
});

Deno.test("metadata, atomic values and objects without a spec never conflict", () => {
  const role = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
  const labelled = { ...role, metadata: { name: "a", labels: { a: "b" } } };
  assertEquals(conflictsOf(role, labelled, { causes: ["metadata.labels"] }), []);
  const selector = { selector: { a: "b", c: "d" } };
  assertEquals(ofServices({ selector: { a: "b" } }, selector, { causes: ["spec.selector"] }), []);
});
