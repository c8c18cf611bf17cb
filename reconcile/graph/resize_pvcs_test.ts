// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ApiError } from "../../kube/errors.ts";
import { observedFrom } from "../apply/observed.ts";
import { graph } from "../testing/graph_builder.ts";
import { createPvcResizer } from "./resize_pvcs.ts";

const UID = "uid-of-chat";

function wanting(size: string | number): DynamoGraphDeployment {
  const created = { create: true, storageClass: "s", volumeAccessMode: "ReadWriteOnce" };
  return graph().withFrontend().withSpec({ pvcs: [{ name: "cache", size, ...created }] }).build();
}

/** Resizes the PVC "cache" of a graph. Returns the patches, and the condition as `reason: message`. */
async function resize(
  object: DynamoGraphDeployment,
  storage: string,
  { uid = UID, paused = false, refusal }: {
    uid?: string;
    paused?: boolean;
    refusal?: ApiError;
  } = {},
) {
  const owner = { apiVersion: object.apiVersion, kind: object.kind, name: "chat", uid };
  const live = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "cache", ownerReferences: [{ ...owner, controller: true }] },
    spec: { resources: { requests: { storage } } },
  };
  const patches: unknown[] = [];
  const resizer = createPvcResizer({
    patch(_resource, at, { body }) {
      patches.push([at, body]);
      return refusal ? Promise.reject(refusal) : Promise.resolve(live as never);
    },
  });
  const input = { object, observed: observedFrom([live], UID), paused };
  const [condition] = await resizer(input, new AbortController().signal);
  return { patches, condition };
}

function answer(status: number, message: string): ApiError {
  const request = { verb: "patch", method: "PATCH", path: "/x" };
  return new ApiError({ status, reason: "", message, request });
}

const CANNOT = answer(403, "the storageclass that provisions the pvc must support resize");

Deno.test("a PVC of the graph grows with its spec", async () => {
  const { patches, condition } = await resize(wanting("2Gi"), "1Gi");
  const at = { namespace: "team", name: "cache" };
  assertEquals(patches, [[at, { spec: { resources: { requests: { storage: "2Gi" } } } }]]);
  assertEquals(condition, undefined);
});

Deno.test("an equal size, a foreign PVC and a paused graph cause no request", async () => {
  assertEquals((await resize(wanting("1024Mi"), "1Gi")).patches, []);
  assertEquals((await resize(wanting("2Gi"), "1Gi", { uid: "other" })).patches, []);
  assertEquals((await resize(wanting("2Gi"), "1Gi", { paused: true })).patches, []);
});

Deno.test("a smaller size is reported, because a PVC cannot shrink", async () => {
  const { patches, condition } = await resize(wanting("1Gi"), "2Gi");
  assertEquals(patches, []);
  assertEquals([condition?.status, condition?.reason], ["False", "CannotShrink"]);
  assertStringIncludes(condition?.message ?? "", '"cache" keeps its size 2Gi');
});

Deno.test("a refused expansion is reported, and sent again only for a new generation", async () => {
  const object = wanting("2Gi");
  const { condition } = await resize(object, "1Gi", { refusal: CANNOT });
  assertEquals(condition?.reason, "ResizeRefused");
  assertStringIncludes(condition?.message ?? "", "the storageclass that provisions the pvc");
  if (!condition) throw new Error("The condition is absent");
  const conditions = [{ ...condition, lastTransitionTime: "", observedGeneration: 1 }];
  const reported = { ...object, status: { conditions } };
  const again = await resize(reported, "1Gi", { refusal: CANNOT });
  assertEquals([again.patches, again.condition], [[], condition]);
  const edited = { ...reported, metadata: { ...object.metadata, generation: 2 } };
  assertEquals((await resize(edited, "1Gi")).patches.length, 1);
});

Deno.test("an error that may end by itself is thrown, so that the key is retried", async () => {
  await assertRejects(
    () => resize(wanting("2Gi"), "1Gi", { refusal: answer(500, "timeout") }),
    ApiError,
  );
});
