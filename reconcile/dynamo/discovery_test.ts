// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { discoveryBackend, discoveryServiceAccount } from "./discovery.ts";

Deno.test("the annotation decides the backend, even if it is empty; without it the installation does", () => {
  const key = "nvidia.com/dynamo-discovery-backend";
  assertEquals(discoveryBackend(undefined, { discoveryBackend: "etcd" }), "etcd");
  assertEquals(discoveryBackend({}, { discoveryBackend: "kubernetes" }), "kubernetes");
  assertEquals(discoveryBackend({ [key]: "etcd" }, { discoveryBackend: "kubernetes" }), "etcd");
  assertEquals(discoveryBackend({ [key]: "" }, { discoveryBackend: "kubernetes" }), "");
});

Deno.test("the ServiceAccount for discovery is named after the graph", () => {
  assertEquals(discoveryServiceAccount("demo"), "demo-k8s-service-discovery");
});
