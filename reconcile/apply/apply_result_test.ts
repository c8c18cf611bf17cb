// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { objectOf, shapeOfManifest } from "./testing/objects.ts";
import { applyResult } from "./apply_result.ts";
import type { FieldSet } from "./field_set.ts";

const http = 'k:{"port":80,"protocol":"TCP"}';

function resultOf(planned: unknown, live: unknown, own: FieldSet, foreign: FieldSet = {}): unknown {
  const manifest = objectOf("v1", "Service", planned);
  const owners = { own: { "f:spec": own }, foreign: { "f:spec": foreign } };
  const result = applyResult(
    manifest,
    objectOf("v1", "Service", live),
    shapeOfManifest(manifest),
    owners,
  );
  return "spec" in result ? result.spec : undefined;
}

Deno.test("planned fields are set, and all other fields stay", () => {
  assertEquals(
    resultOf({ type: "ClusterIP" }, { type: "NodePort", sessionAffinity: "None" }, {}),
    { type: "ClusterIP", sessionAffinity: "None" },
  );
});

Deno.test("a field that only the operator owns is removed if the manifest omits it", () => {
  const own = { "f:externalName": {}, "f:type": {} };
  const live = { externalName: "x", type: "NodePort" };
  assertEquals(resultOf({}, live, own), {});
  assertEquals(resultOf({}, live, own, { "f:type": {} }), { type: "NodePort" });
});

Deno.test("items of keyed lists are merged, removed and appended by key", () => {
  const own = { "f:ports": { [http]: { ".": {}, "f:name": {}, "f:port": {} } } };
  const foreign = { port: 9, protocol: "TCP" };
  const live = { ports: [{ port: 80, protocol: "TCP", name: "http", nodePort: 3 }, foreign] };
  assertEquals(resultOf({ ports: [{ port: 80 }] }, live, own), {
    ports: [{ port: 80, protocol: "TCP", nodePort: 3 }, foreign],
  });
  assertEquals(resultOf({ ports: [{ port: 81 }] }, live, own), { ports: [foreign, { port: 81 }] });
});

Deno.test("values that one manager owns as a whole are replaced", () => {
  assertEquals(resultOf({ selector: { a: "b" } }, { selector: { c: "d" } }, {}), {
    selector: { a: "b" },
  });
});
