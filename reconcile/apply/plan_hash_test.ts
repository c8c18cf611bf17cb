// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import * as hashes from "./plan_hash.ts";
import { PLAN_HASH } from "./plan_hash.ts";

const service: KubeObject & { spec: unknown } = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s", labels: { a: "1", b: "2" } },
  spec: { ports: [{ port: 1 }, { port: 2 }] },
};

const planHash = (manifest: KubeObject) => hashes.planHash({ resource: services, manifest });
const withPlanHash = (manifest: KubeObject) =>
  hashes.withPlanHash({ resource: services, manifest });
const carriesPlan = (live: KubeObject, manifest: KubeObject) =>
  hashes.carriesPlan(live, { resource: services, manifest });

Deno.test("the hash does not depend on the order of fields", () => {
  const turned = {
    spec: service.spec,
    metadata: { labels: { b: "2", a: "1" }, name: "s" },
    kind: "Service",
    apiVersion: "v1",
  };
  assertEquals(planHash(turned), planHash(service));
});

Deno.test("the hash depends on every value and on the order of list items", () => {
  const other = { ...service, spec: { ports: [{ port: 2 }, { port: 1 }] } };
  assertNotEquals(planHash(other), planHash(service));
  const relabelled = { ...service, metadata: { name: "s", labels: { a: "1", b: "3" } } };
  assertNotEquals(planHash(relabelled), planHash(service));
});

Deno.test("the annotation is 16 hex digits and is not part of its own hash", () => {
  const hashed = withPlanHash(service);
  assertMatch(hashed.metadata.annotations?.[PLAN_HASH] ?? "", /^[0-9a-f]{16}$/);
  assertEquals(planHash(hashed), planHash(service));
  assertEquals(withPlanHash(hashed), hashed);
});

Deno.test("annotations other than the hash change the hash", () => {
  const annotated = { ...service, metadata: { ...service.metadata, annotations: { x: "y" } } };
  assertNotEquals(planHash(annotated), planHash(service));
});

Deno.test("owner references and defaults do not count for the carried plan", () => {
  const owned = {
    ...withPlanHash(service),
    status: {},
    metadata: {
      ...withPlanHash(service).metadata,
      ownerReferences: [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }],
    },
  };
  const plan: typeof service = { ...service, spec: { ports: [{ port: 1, x: null }, { port: 2 }] } };
  assertEquals(carriesPlan(owned, plan), true);
  const other: typeof service = { ...service, spec: {} };
  assertEquals(carriesPlan(owned, other), false);
  assertEquals(carriesPlan(service, service), false);
});
