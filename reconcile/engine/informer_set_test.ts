// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { secrets, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { createInformerSet } from "./informer_set.ts";
import { createFakeCluster } from "./testing/fake_cluster.ts";

const { client } = createFakeCluster([]);

Deno.test("one informer serves every request for the same kind and selection", () => {
  const { get } = createInformerSet({ client });
  const informer = get(services);
  assertEquals(get(services, {}), informer);
  assert(get(services, { name: "a" }) !== informer);
  assert(get(services, { labelSelector: "a=b" }) !== informer);
});

Deno.test("another projection is refused, and so is another function under the name of an index", () => {
  const { get } = createInformerSet({ client });
  const names = ({ metadata }: KubeObject) => [metadata.name];
  get(services, { indexes: { names } });
  const project = (object: object) => object as never;
  assertThrows(() => get(services, { project }), Error, "another projection");
  assertThrows(() => get(services, { indexes: { names: () => [] } }), Error, "it already exists");
});

Deno.test("the indexes of several controllers are merged", () => {
  const { get } = createInformerSet({ client });
  const names = ({ metadata }: KubeObject) => [metadata.name];
  const { store } = get(services, { indexes: { names } });
  get(services, { indexes: { names, kinds: ({ kind }) => [kind] } });
  store.write({ apiVersion: "v1", kind: "Service", metadata: { name: "a", resourceVersion: "1" } });
  assertEquals([store.byIndex("names", "a").length, store.byIndex("kinds", "Service").length], [
    1,
    1,
  ]);
});

Deno.test("equal parts of stored objects are the same objects, also those of two kinds", () => {
  const { get } = createInformerSet({ client });
  const labels = { app: "chat" };
  for (const resource of [services, secrets]) {
    const { apiVersion, kind } = resource;
    const metadata = { name: "a", resourceVersion: "1", labels: { ...labels } };
    get<KubeObject>(resource).store.write({ apiVersion, kind, metadata });
  }
  const labelsOf = (resource: Resource<KubeObject>) =>
    get(resource).store.get("a")?.metadata.labels;
  assertEquals(labelsOf(services), labels);
  assert(labelsOf(services) === labelsOf(secrets));
});

Deno.test("an informer cannot be added after the start", () => {
  const { get, start } = createInformerSet({ client });
  start(AbortSignal.abort());
  assertThrows(() => get(services), Error, "already started");
});
