// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { registryHost } from "./registry_host.ts";

Deno.test("the host and port of image references and of configuration keys", () => {
  assertEquals(registryHost("nvcr.io/x/y:tag"), "nvcr.io");
  assertEquals(registryHost("my-registry.com:5005/r"), "my-registry.com:5005");
  assertEquals(
    registryHost("https://gitlab.example.com:5005/group/r:1"),
    "gitlab.example.com:5005",
  );
  assertEquals(registryHost("https://index.docker.io/v1/"), "index.docker.io");
  assertEquals(registryHost("nvcr.io/x@sha256:0123"), "nvcr.io");
  assertEquals(registryHost("user@registry.local/x"), "registry.local");
  assertEquals(registryHost("[::1]:5000/x"), "[::1]:5000");
});

Deno.test("short names of Docker Hub give no host that a Secret is for", () => {
  assertEquals(registryHost("ubuntu:22.04"), undefined);
  assertEquals(registryHost("ubuntu@sha256:0123ab"), undefined);
  assertEquals(registryHost("library/ubuntu"), "library");
  assertEquals(registryHost(""), undefined);
});
