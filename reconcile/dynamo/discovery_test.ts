// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { discoveryAccountName, discoveryBackend } from "./discovery.ts";

Deno.test("an annotation decides on the backend, even an empty one, else the installation", () => {
  const key = "nvidia.com/dynamo-discovery-backend";
  assertEquals(discoveryBackend(undefined, { discoveryBackend: "etcd" }), "etcd");
  assertEquals(discoveryBackend({}, { discoveryBackend: "kubernetes" }), "kubernetes");
  assertEquals(discoveryBackend({ [key]: "etcd" }, { discoveryBackend: "kubernetes" }), "etcd");
  assertEquals(discoveryBackend({ [key]: "" }, { discoveryBackend: "kubernetes" }), "");
});

Deno.test("a graph's pods have an account named after it", () => {
  assertEquals(discoveryAccountName("demo"), "demo-k8s-service-discovery");
});
