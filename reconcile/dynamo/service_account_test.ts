// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { platformConfig } from "../testing/platform_config.ts";
import { discoveryAccounts, serviceAccountOf } from "./service_account.ts";
import type { ServiceSpec } from "./service_input.ts";

const KUBERNETES = { "nvidia.com/dynamo-discovery-backend": "kubernetes" };
const ETCD = { "nvidia.com/dynamo-discovery-backend": "etcd" };
const config = platformConfig();

Deno.test("the user's ServiceAccount overrides the planner's, which overrides the one for discovery", () => {
  const nameOf = (spec: ServiceSpec, graphName = "demo") =>
    serviceAccountOf({ spec, graphName }, config);
  assertEquals(nameOf({}), "demo-k8s-service-discovery");
  assertEquals(nameOf({ componentType: "planner" }), "planner-serviceaccount");
  const extraPodSpec = { serviceAccountName: "mine" };
  assertEquals(nameOf({ componentType: "planner", extraPodSpec }), "mine");
  assertEquals(nameOf({ extraPodSpec }), "mine");
  assertEquals(nameOf({ annotations: ETCD }), undefined);
  assertEquals(nameOf({}, ""), undefined);
});

Deno.test("the deprecated field serviceAccount is ignored, as with the Go operator", () => {
  const nameOf = (extraPodSpec: ServiceSpec["extraPodSpec"]) =>
    serviceAccountOf({ spec: { extraPodSpec }, graphName: "demo" }, config);
  assertEquals(nameOf({ serviceAccount: "old" }), "demo-k8s-service-discovery");
  assertEquals(nameOf({ serviceAccount: "old", serviceAccountName: "new" }), "new");
});

Deno.test("discovery includes the ServiceAccounts of all services that use it, except planners", () => {
  const services = (...specs: ServiceSpec[]) => specs.map((spec) => ({ spec, graphName: "demo" }));
  const mine = { extraPodSpec: { serviceAccountName: "mine" } };
  assertEquals(discoveryAccounts(services({}, mine, {}, { componentType: "planner" }), config), [
    "demo-k8s-service-discovery",
    "mine",
  ]);
  assertEquals(discoveryAccounts(services({ ...mine, annotations: ETCD }), config), []);
  const etcd = platformConfig({ discoveryBackend: "etcd" });
  assertEquals(discoveryAccounts(services({}, { annotations: KUBERNETES }), etcd), [
    "demo-k8s-service-discovery",
  ]);
});
