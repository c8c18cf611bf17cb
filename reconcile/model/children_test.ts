// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { controllerRules } from "../engine/child_kind.ts";
import { BY_SERVICE, modelKinds, serviceKey } from "./children.ts";
import { endpoint, endpointSlice, loraModel, modelService } from "./testing/models.ts";

const model = loraModel();
const { own, children } = modelKinds();

const lookup = {
  byIndex: (index: string, value: string): KubeObject[] =>
    index === BY_SERVICE && value === serviceKey(model) ? [model] : [],
} as never;

Deno.test("a change of the Service and of its EndpointSlices enqueues the models of the base model", () => {
  const slice = endpointSlice([endpoint(1)]);
  assertEquals([...children.endpointSlices.keys(slice, lookup)], ["team/tuned"]);
  assertEquals([...children.services.keys(modelService(), lookup)], ["team/tuned"]);
  const other = { ...slice, metadata: { ...slice.metadata, namespace: "other" } };
  assertEquals([...children.endpointSlices.keys(other, lookup)], []);
  const { metadata: { labels: _labels, ...metadata } } = slice;
  assertEquals([...children.endpointSlices.keys({ ...slice, metadata }, lookup)], []);
});

Deno.test("the store keeps only the fields of EndpointSlices that the operator reads", () => {
  const slice = endpointSlice([endpoint(1)]);
  const [one] = slice.endpoints ?? [];
  const stored = children.endpointSlices.project?.({
    ...slice,
    ports: [{ port: 9090 }],
    endpoints: [{ ...one, nodeName: "node", zone: "zone" }],
    metadata: { ...slice.metadata, annotations: { a: "b" } },
  } as KubeObject);
  assertEquals(stored, slice);
});

Deno.test("the controller reads pods, and writes only models", () => {
  const rules = controllerRules({ own, children });
  const writes = rules.filter(({ verbs }) =>
    verbs.some((verb) => !["list", "watch"].includes(verb))
  );
  assertEquals(writes.map(({ resources, verbs }) => `${resources}: ${verbs}`), [
    "dynamomodels: list,watch,patch",
    "dynamomodels/status: patch",
    "events: create,patch",
  ]);
});
