// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphService } from "../testing/components.ts";
import { baseContainer } from "./base_container.ts";

function make(componentType: string) {
  return baseContainer(graphService({ componentType }), { discoveryBackend: "kubernetes" });
}

Deno.test("only the default command of a frontend runs without arguments of the user", () => {
  assertEquals(make("frontend").command, ["python3"]);
  for (const type of ["worker", "prefill", "decode", "planner", "default", ""]) {
    assertEquals(make(type).command, ["/bin/sh", "-c"]);
    assertEquals(make(type).args, undefined);
  }
});

Deno.test("workers of all types differ only in the name of their type", () => {
  const { env: _env, ...worker } = make("worker");
  for (const type of ["prefill", "decode"]) {
    const { env, ...other } = make(type);
    assertEquals(other, worker);
    assertEquals(env?.find(({ name }) => name === "DYN_COMPONENT")?.value, type);
  }
});

Deno.test("an unknown type gets neither port nor probes, only its identity", () => {
  const { env, ...container } = make("mystery");
  assertEquals(container, { name: "main", command: ["/bin/sh", "-c"] });
  assertEquals(env?.map(({ name }) => name), [
    "DYN_NAMESPACE",
    "DYN_COMPONENT",
    "DYN_PARENT_DGD_K8S_NAME",
    "DYN_PARENT_DGD_K8S_NAMESPACE",
    "DYN_DISCOVERY_BACKEND",
    "POD_NAME",
    "POD_NAMESPACE",
    "POD_UID",
  ]);
});
