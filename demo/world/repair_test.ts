// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { watchRepair } from "./repair.ts";
import { stored } from "../testing/objects.ts";

const deployment = (generation: number, replicas: number, uid = "1") =>
  stored("Deployment", "d", { generation, uid, spec: { replicas } }) as Deployment;

Deno.test("a repair lasts from the first state that differs to the first that does not", () => {
  const watch = watchRepair(deployment(3, 2));
  watch.see(deployment(3, 2), 10);
  watch.see(deployment(4, 0), 20);
  watch.see(deployment(4, 0), 25);
  assertEquals(watch.repair(), undefined);
  watch.see(deployment(5, 2), 30);
  watch.see(deployment(5, 2), 99);
  assertEquals(watch.repair(), { brokenAtMs: 20, repairedAtMs: 30 });
});

Deno.test("a damage that was never shown is known by the generation", () => {
  const watch = watchRepair(deployment(3, 2));
  watch.see(deployment(5, 2), 30);
  assertEquals(watch.repair(), { brokenAtMs: 30, repairedAtMs: 30 });
});

Deno.test("another Deployment of the same name is no repair", () => {
  const watch = watchRepair(deployment(3, 2));
  watch.see(deployment(1, 0, "2"), 20);
  watch.see(deployment(4, 2, "2"), 30);
  assertEquals(watch.repair(), undefined);
});
