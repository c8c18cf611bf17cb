// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { discoveryBackend } from "./platform_config.ts";

Deno.test("the annotation decides the backend, even if it is empty; without it the installation does", () => {
  const key = "nvidia.com/dynamo-discovery-backend";
  assertEquals(discoveryBackend(undefined, { discoveryBackend: "etcd" }), "etcd");
  assertEquals(discoveryBackend({}, { discoveryBackend: "kubernetes" }), "kubernetes");
  assertEquals(discoveryBackend({ [key]: "etcd" }, { discoveryBackend: "kubernetes" }), "etcd");
  assertEquals(discoveryBackend({ [key]: "" }, { discoveryBackend: "kubernetes" }), "");
});
