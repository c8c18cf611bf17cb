// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import { configMapsOf, MAX_ADDITIONAL_BYTES } from "./additional_resources.ts";
import { plannerData } from "./testing/objects.ts";

const destination = { request: { name: "sla", namespace: "team" }, namespace: "prod" };

function read(...documents: unknown[]) {
  return configMapsOf(documents.map((one) => stringify(one)).join("---\n"), destination);
}

Deno.test("only ConfigMaps are read, with the namespace of the graph and the labels of the request", () => {
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" } };
  const metadata = {
    name: "data",
    namespace: "kube-system",
    labels: { app: "a", "dgdr.nvidia.com/name": "other" },
    ownerReferences: [{ uid: "foreign" }],
  };
  assertEquals(read(secret, { ...plannerData(), metadata, data: { n: 1, s: "1" } }), [{
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "data",
      namespace: "prod",
      labels: {
        app: "a",
        "dgdr.nvidia.com/name": "sla",
        "dgdr.nvidia.com/namespace": "team",
        "nvidia.com/managed-by": "dynamo-operator",
      },
    },
    data: { n: "1", s: "1" },
  }]);
});

Deno.test("a changed annotation with an invalid name or too much text is refused", () => {
  const named = (name: unknown) => ({ ...plannerData(), metadata: { name } });
  assertThrows(() => read(named("A/../b")), Error, 'ConfigMap "A/../b" has no valid name');
  assertThrows(() => read(named(7)), Error, "has no valid name");
  const long = `# ${"x".repeat(MAX_ADDITIONAL_BYTES)}`;
  assertThrows(() => configMapsOf(long, destination), Error, "more than 250000 bytes");
});
