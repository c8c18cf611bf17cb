// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { observedFrom } from "../apply/observed.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { graph } from "../testing/graph_builder.ts";
import { createPvcResizer } from "./resize_pvcs.ts";

const UID = "uid-of-chat";

function wanting(size: string | number): DynamoGraphDeployment {
  const created = { create: true, storageClass: "s", volumeAccessMode: "ReadWriteOnce" };
  return graph().withFrontend().withSpec({ pvcs: [{ name: "cache", size, ...created }] }).build();
}

function resizing() {
  const clock = createFakeClock();
  const patches: unknown[] = [];
  let refusal: ApiError | undefined;
  const client: Pick<Client, "patch"> = {
    patch(_resource, at, { body }) {
      patches.push([at, body]);
      return refusal ? Promise.reject(refusal) : Promise.resolve({} as never);
    },
  };
  const resizer = createPvcResizer({ client, clock });
  return {
    clock,
    /** Returns the patches of this call, its condition, and the delay until the next attempt. */
    async resize(object: DynamoGraphDeployment, storage: string, {
      uid = UID,
      paused = false,
      phase = "Bound",
      refusedWith,
    }: Situation = {}) {
      const owner = { apiVersion: object.apiVersion, kind: object.kind, name: "chat", uid };
      const ownerReferences = [{ ...owner, controller: true }];
      const live = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "cache", uid: "uid-of-pvc", ownerReferences },
        spec: { resources: { requests: { storage } } },
        status: { phase },
      };
      refusal = refusedWith;
      const input = { object, observed: observedFrom([live], UID), paused };
      const { conditions, retryMs } = await resizer(input, new AbortController().signal);
      return { patches: patches.splice(0), condition: conditions[0], retryMs };
    },
  };
}

interface Situation {
  uid?: string;
  paused?: boolean;
  phase?: string;
  refusedWith?: ApiError;
}

function resize(...args: Parameters<ReturnType<typeof resizing>["resize"]>) {
  return resizing().resize(...args);
}

function answer(status: number, message: string): ApiError {
  const request = { verb: "patch", method: "PATCH", path: "/x" };
  return new ApiError({ status, reason: "", message, request });
}

const CANNOT = answer(403, "the storageclass that provisions the pvc must support resize");

Deno.test("a PVC of the graph grows with its spec", async () => {
  const { patches, condition } = await resize(wanting("2Gi"), "1Gi");
  const at = { namespace: "team", name: "cache" };
  const spec = { resources: { requests: { storage: "2Gi" } } };
  assertEquals(patches, [[at, { metadata: { uid: "uid-of-pvc" }, spec }]]);
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

Deno.test("an expansion that the StorageClass does not allow is sent again only for a new generation", async () => {
  const { clock, resize } = resizing();
  const object = wanting("2Gi");
  const { condition, retryMs } = await resize(object, "1Gi", { refusedWith: CANNOT });
  assertEquals([condition?.reason, retryMs], ["ResizeRefused", undefined]);
  assertStringIncludes(condition?.message ?? "", "the storageclass that provisions the pvc");
  await clock.advance(3_600_000);
  assertEquals(await resize(object, "1Gi"), { patches: [], condition, retryMs });
  const edited = { ...object, metadata: { ...object.metadata, generation: 2 } };
  assertEquals((await resize(edited, "1Gi")).patches.length, 1);
});

Deno.test("a denied expansion is reported, and repeated at increasing intervals", async () => {
  const { clock, resize } = resizing();
  const refusedWith = answer(403, "exceeded quota: storage");
  const first = await resize(wanting("2Gi"), "1Gi", { refusedWith });
  assertEquals([first.condition?.reason, first.retryMs], ["ResizeRefused", 5_000]);
  await clock.advance(4_000);
  const early = await resize(wanting("2Gi"), "1Gi");
  assertEquals(early, { patches: [], condition: first.condition, retryMs: 1_000 });
  await clock.advance(1_000);
  assertEquals((await resize(wanting("2Gi"), "1Gi", { refusedWith })).retryMs, 10_000);
  await clock.advance(10_000);
  const { condition, retryMs } = await resize(wanting("2Gi"), "1Gi");
  assertEquals([condition, retryMs], [undefined, undefined]);
});

Deno.test("an error that may end by itself becomes a condition and a retry", async () => {
  for (const code of [404, 409, 500]) {
    const refusedWith = answer(code, "no luck");
    const { condition, retryMs } = await resize(wanting("2Gi"), "1Gi", { refusedWith });
    assertEquals([condition?.reason, retryMs], ["ResizeFailed", 5_000]);
    assertStringIncludes(condition?.message ?? "", "no luck");
  }
});

Deno.test("a PVC that is not bound causes neither a request nor a condition", async () => {
  const { patches, condition } = await resize(wanting("2Gi"), "1Gi", { phase: "Pending" });
  assertEquals([patches, condition], [[], undefined]);
});

Deno.test("only the first of several sizes of one PVC counts", async () => {
  const [first, second] = [wanting("1Gi"), wanting("2Gi")];
  const pvcs = [...first.spec.pvcs ?? [], ...second.spec.pvcs ?? []];
  const object = { ...first, spec: { ...first.spec, pvcs } };
  assertEquals(await resize(object, "1Gi"), {
    patches: [],
    condition: undefined,
    retryMs: undefined,
  });
});
