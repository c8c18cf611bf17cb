// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { virtualServices } from "../../kube/optional_kinds.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graph } from "../testing/graph_builder.ts";
import { graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { componentManifest } from "./component_manifest.ts";
import { planGraph } from "./plan.ts";

const GATEWAY = "istio-system/public";

Deno.test("a frontend without ingress uses the IngressClass and the Istio gateway of the operator", () => {
  const ingressOf = (componentType: string, change: Partial<PlatformConfig> = {}) =>
    componentManifest(graph().build(), "S", { componentType }, platformConfig(change)).spec.ingress;
  const byGateway = { useVirtualService: true, virtualServiceGateway: GATEWAY };
  const settings = { className: "nginx", tlsSecretName: "tls", hostSuffix: "example.com" };
  assertEquals(ingressOf("frontend"), { host: "chat" });
  assertEquals(ingressOf("frontend", { virtualServiceGateway: GATEWAY }), {
    host: "chat",
    enabled: true,
    ...byGateway,
  });
  assertEquals(ingressOf("frontend", { virtualServiceGateway: GATEWAY, ingress: settings }), {
    host: "chat",
    enabled: true,
    ingressControllerClassName: "nginx",
    tls: { secretName: "tls" },
    hostSuffix: "example.com",
    ...byGateway,
  });
  assertEquals(ingressOf("worker", { virtualServiceGateway: GATEWAY }), undefined);
});

Deno.test("the ingress of a frontend replaces that of the operator as a whole", () => {
  const service = { componentType: "frontend", ingress: { enabled: true, host: "talk" } };
  const config = platformConfig({ virtualServiceGateway: GATEWAY });
  const { spec } = componentManifest(graph().build(), "S", service, config);
  assertEquals(spec.ingress, service.ingress);
});

Deno.test("a graph warns about a VirtualService that the operator does not create", () => {
  const object = graph().withFrontend("F").build();
  const config = platformConfig({ virtualServiceGateway: GATEWAY });
  const warnings = (kinds: typeof virtualServices[]) =>
    planGraph(object, graphObserved({ kinds }), config).warnings.map(({ field }) => field);
  assertEquals(warnings([]), ["spec.services[F].ingress.useVirtualService"]);
  assertEquals(warnings([virtualServices]), []);
});
