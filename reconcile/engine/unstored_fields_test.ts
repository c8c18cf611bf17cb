// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resource } from "../../kube/resource.ts";
import { writeStatusIfChanged } from "./object_writes.ts";
import { createMemoryLog } from "./testing/memory_log.ts";
import { createUnstoredFields } from "./unstored_fields.ts";

interface Thing extends KubeObject {
  status?: { observedGeneration?: number; state?: string };
}

const things = resource<Thing>({
  group: "example.com",
  version: "v1",
  kind: "Thing",
  plural: "things",
  namespaced: true,
});

Deno.test("a field that the API server does not store is sent once, logged once and named in /readyz", async () => {
  const log = createMemoryLog();
  const unstored = createUnstoredFields({ kind: "things", log, remedy: "upgrade the CRDs" });
  const sent: unknown[] = [];
  let stored: Thing = { apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "a" } };
  const client: Pick<Client, "patch" | "patchStatus"> = {
    patch: () => Promise.reject(new Error("not used")),
    patchStatus(_resource, observed, status) {
      sent.push(status);
      const kept = Object.entries(status ?? {}).filter(([field]) => field !== "observedGeneration");
      stored = { ...observed, status: Object.fromEntries(kept) };
      return Promise.resolve(stored as never);
    },
  };
  const { signal } = new AbortController();
  const target = { client, resource: things, store: { write() {} }, unstored, signal };
  const write = async (state: string) =>
    (await writeStatusIfChanged(target, stored, { observedGeneration: 1, state })).result;

  assertEquals([unstored.check.verbose, unstored.check.note?.()], [true, undefined]);
  assertEquals(await write("pending"), "written");
  assertEquals(await write("pending"), "unchanged");
  assertEquals(await write("ready"), "written");
  assertEquals(sent, [{ observedGeneration: 1, state: "pending" }, { state: "ready" }]);
  assertEquals(unstored.fields, ["status.observedGeneration"]);
  assertEquals(log.lines.length, 1);
  assertStringIncludes(log.lines[0] ?? "", "status.observedGeneration of things: upgrade the CRDs");
  assertEquals([unstored.check.verbose, unstored.check.problem()], [false, undefined]);
  assertStringIncludes(unstored.check.note?.() ?? "", "upgrade the CRDs");
});
