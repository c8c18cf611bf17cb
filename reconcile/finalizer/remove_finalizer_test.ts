// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Patch } from "../../kube/client.ts";
import type { KubeObject, ObjectMeta } from "../../kube/object.ts";
import { models } from "../dynamo/resources.ts";
import { controllerRules } from "../engine/child_kind.ts";
import { finalizerKinds, unreconciledKinds } from "./children.ts";
import { removeFinalizer } from "./remove_finalizer.ts";

const GO = "nvidia.com/finalizer";
const deletionTimestamp = "2026-01-01T00:00:00Z";

/** Returns the patches of one reconciliation of a model with this metadata; none if the model does not exist. */
async function patches(metadata?: Partial<ObjectMeta>) {
  const { apiVersion, kind } = models;
  const name = "m";
  const object = { apiVersion, kind, metadata: { name, resourceVersion: "7", ...metadata } };
  const sent: Patch[] = [];
  const client = {
    patch(_resource: unknown, _at: unknown, patch: Patch) {
      sent.push(patch);
      return Promise.resolve(object as never);
    },
    patchStatus: () => Promise.reject(new Error("The status was written")),
  };
  const store = { write: (_object: KubeObject) => {} };
  const target = { client, resource: models, store, signal: new AbortController().signal };
  await removeFinalizer(target, metadata && object);
  return sent.map(({ body }) => body);
}

Deno.test("only the Go operator's finalizer is removed, and only during a deletion", async () => {
  const finalizers = ["example.com/keep", GO];
  assertEquals(await patches({ deletionTimestamp, finalizers }), [
    { metadata: { resourceVersion: "7", finalizers: ["example.com/keep"] } },
  ]);
  assertEquals(await patches({ finalizers }), []);
  assertEquals(await patches({ deletionTimestamp, finalizers: ["example.com/keep"] }), []);
  assertEquals(await patches(), []);
});

Deno.test("the finalizer controllers may only list, watch and patch their kinds", () => {
  const rules = unreconciledKinds.flatMap((kind) => controllerRules(finalizerKinds(kind)));
  const verbs = ["list", "watch", "patch"];
  assertEquals(rules.map(({ verbs }) => verbs), [verbs, verbs]);
});
