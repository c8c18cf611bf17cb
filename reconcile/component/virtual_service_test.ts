// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Ingress } from "../../crds/fields/ingress.ts";
import { graphService } from "../testing/components.ts";
import { virtualServiceManifest } from "./virtual_service.ts";

const enabled: Ingress = {
  enabled: true,
  host: "chat",
  useVirtualService: true,
  virtualServiceGateway: "istio-system/public",
};

function make(ingress: Ingress | undefined) {
  return virtualServiceManifest(graphService(ingress ? { ingress } : {}));
}

Deno.test("a VirtualService routes all paths of its host from its gateway to port 8000 of the Service", () => {
  const ingress = { ...enabled, hostPrefix: "dev-", hostSuffix: "example.com" };
  assertEquals(make({ ...ingress, labels: { l: "m" }, annotations: { a: "b", "a b": "" } }), {
    apiVersion: "networking.istio.io/v1beta1",
    kind: "VirtualService",
    metadata: {
      name: "demo-worker",
      namespace: "ns",
      labels: {
        l: "m",
        "nvidia.com/dynamo-component": "Worker",
        "nvidia.com/dynamo-namespace": "ns-demo",
        "nvidia.com/dynamo-graph-deployment-name": "demo",
      },
      annotations: { a: "b" },
    },
    spec: {
      hosts: ["dev-chat.example.com"],
      gateways: ["istio-system/public"],
      http: [{
        match: [{ uri: { prefix: "/" } }],
        route: [{ destination: { host: "demo-worker", port: { number: 8000 } } }],
      }],
    },
  });
});

Deno.test("a VirtualService is planned only if it is enabled, asked for and has a gateway", () => {
  assertEquals(make(undefined), undefined);
  assertEquals(make({ ...enabled, enabled: false }), undefined);
  assertEquals(make({ ...enabled, useVirtualService: false }), undefined);
  assertEquals(make({ ...enabled, virtualServiceGateway: "" }), undefined);
  const { virtualServiceGateway: _gateway, ...without } = enabled;
  assertEquals(make(without), undefined);
});
