// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { resource } from "../../kube/resource.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import type { Work } from "../apply/execute.ts";
import type { Execution } from "../apply/execution.ts";
import { type Concern, pass, type Writes } from "./reconcile.ts";

interface Thing extends KubeObject {
  status?: { state: string };
}

const FINALIZER = "example.com/finalizer";
const things = resource<Thing>({
  group: "example.com",
  version: "v1",
  kind: "Thing",
  plural: "things",
  namespaced: true,
});
const NOTHING: Execution = { writes: [], errors: [], blocked: [], conflicts: [] };
const WRITTEN: Execution["writes"] = [{
  ref: { apiVersion: "v1", kind: "Service", name: "s" },
  verb: "create",
  why: ["new"],
}];

function thing(metadata: Partial<KubeObject["metadata"]> = {}, status?: Thing["status"]): Thing {
  return {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "a", namespace: "n", uid: "u", resourceVersion: "5", ...metadata },
    ...(status && { status }),
  };
}

/** Runs one pass over the stored thing and tells in order what it did. */
async function passOver(
  stored: Thing | undefined,
  options: {
    execution?: Partial<Execution>;
    gone?: boolean;
    paused?: boolean;
    planningFails?: boolean;
  } = {},
) {
  const did: string[] = [];
  let gathered = 0;
  const gone = new ApiError({
    status: 404,
    reason: "NotFound",
    message: "it is gone",
    request: { verb: "patch", method: "PATCH", path: "/x" },
  });
  const concern: Concern<Thing, number, Writes> = {
    resource: things,
    gather: () => ++gathered,
    plan: () => {
      if (options.planningFails) throw new TypeError("args is not iterable");
      return { planned: [], prune: [] };
    },
    nothing: { planned: [], prune: [] },
    status: ({ observed, execution }) => ({
      state: execution.errors.length > 0 ? "failed" : observed > 1 ? "seen again" : "seen once",
    }),
    isPaused: () => options.paused ?? false,
    finalizer: FINALIZER,
    report: (_view, before, after) => did.push(`report ${before?.state} to ${after?.state}`),
  };
  const result = pass(
    concern,
    {
      client: {
        patch: (_resource, _at, { body }) => {
          did.push(`patch ${JSON.stringify(body)}`);
          return options.gone ? Promise.reject(gone) : Promise.resolve(stored as never);
        },
        patchStatus: (_resource, _observed, status) => {
          did.push(`status ${JSON.stringify(status)}`);
          return options.gone ? Promise.reject(gone) : Promise.resolve(thing() as never);
        },
      },
      store: { get: () => stored, write: () => did.push("store") },
      executor: {
        execute: ({ paused }: Work) => {
          did.push(paused ? "execute paused" : "execute");
          return Promise.resolve({ ...NOTHING, ...options.execution });
        },
      },
      clock: fakeClock(),
    },
    "n/a",
    new AbortController().signal,
  );
  return { did, result: await result.then((outcome) => outcome.outcome, String) };
}

Deno.test("an object that is gone gets nothing", async () => {
  assertEquals(await passOver(undefined), { did: [], result: "done" });
});

Deno.test("a pass that changes nothing writes nothing, not even a status", async () => {
  const { did } = await passOver(thing({}, { state: "seen once" }));
  assertEquals(did, ["execute"]);
});

Deno.test("after writes it is planned again, and the status tells what is stored then", async () => {
  const { did } = await passOver(thing({}, { state: "seen once" }), {
    execution: { writes: WRITTEN },
  });
  assertEquals(did, [
    "execute",
    'status {"state":"seen again"}',
    "store",
    "report seen once to seen again",
  ]);
});

Deno.test("an object that is being deleted gets no children, only the finalizer is taken off", async () => {
  const dying = { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["other", FINALIZER] };
  const { did, result } = await passOver(thing(dying));
  assertEquals(did, [
    'patch {"metadata":{"resourceVersion":"5","finalizers":["other"]}}',
    "store",
  ]);
  assertEquals(result, "done");
});

Deno.test("a paused object is executed as paused and keeps its status true", async () => {
  const { did } = await passOver(thing(), { paused: true });
  assertEquals(did.slice(0, 2), ["execute paused", 'status {"state":"seen once"}']);
});

Deno.test("an object that is deleted while its status is written is done with", async () => {
  const { did, result } = await passOver(thing(), { gone: true });
  assertEquals(did, ["execute", 'status {"state":"seen once"}']);
  assertEquals(result, "done");
});

Deno.test("what could not be written is in the status before the pass fails", async () => {
  const ref = { apiVersion: "v1", kind: "Service", name: "s" };
  const errors = [{ ref, error: new Error("quota exceeded") }];
  const { did, result } = await passOver(thing(), { execution: { errors } });
  assertEquals(did[1], 'status {"state":"failed"}');
  assertStringIncludes(result, "quota exceeded");
});

Deno.test("an object that the planner trips over says so in its status before the pass fails", async () => {
  const { did, result } = await passOver(thing(), { planningFails: true });
  assertEquals(did.slice(0, 2), ["execute", 'status {"state":"failed"}']);
  assertStringIncludes(result, 'Thing "n/a": args is not iterable');
});
