// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { createDefinitionTimeReader, definitionTime } from "./definition_time.ts";

/**
 * Returns a CRD with one managed-fields entry for each argument: a field manager wrote the annotation `owns` at `time`.
 */
function crd(...entries: { time: string; owns: string }[]): KubeObject {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: "ddbctldpjobs",
      creationTimestamp: "2024-01-01T00:00:00Z",
      // The API server sends times as strings, although the generated type says Date.
      managedFields: JSON.parse(JSON.stringify(entries.map(({ time, owns }) => ({
        time,
        fieldsV1: { "f:metadata": { "f:annotations": { [`f:${owns}`]: {} } } },
      })))),
    },
  };
}

const ours = PARTITION.definitionAnnotation;
const [may, june, july] = ["2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"];
const { signal } = new AbortController();

Deno.test("the CRD is the operator's since the earliest write of a manager that owns its annotation", () => {
  const entries = [{ time: may, owns: "helm.sh/resource-policy" }, { time: july, owns: ours }, {
    time: june,
    owns: ours,
  }];
  assertEquals(definitionTime(crd(...entries)), june);
});

Deno.test("the creation time of a CRD without the annotation or without managed fields is not used", () => {
  assertEquals(definitionTime(crd({ time: may, owns: "helm.sh/resource-policy" })), undefined);
  assertEquals(definitionTime(crd()), undefined);
});

Deno.test("the first definition time is kept, and an unknown one is read again after some seconds", async () => {
  const answers = [crd(), crd({ time: june, owns: ours }), crd({ time: july, owns: ours })];
  const client: Pick<Client, "get"> = {
    get: () => Promise.resolve(answers.shift() as never),
  };
  const clock = createFakeClock();
  const read = createDefinitionTimeReader(client, clock);
  assertEquals([await read(signal), await read(signal)], [undefined, undefined]);
  await clock.advance(5_000);
  assertEquals([await read(signal), await read(signal)], [june, june]);
});

Deno.test("without the permission the definition time is unknown, and any other error is thrown", async () => {
  const failing = (status: number) => {
    const request = { verb: "get", method: "GET", path: "/crd" };
    const error = new ApiError({ status, reason: "", message: "", request });
    return createDefinitionTimeReader(
      { get: () => Promise.reject(error) },
      createFakeClock(),
    );
  };
  assertEquals(await failing(403)(signal), undefined);
  await assertRejects(() => failing(500)(signal), ApiError);
});
