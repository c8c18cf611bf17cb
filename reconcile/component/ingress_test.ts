// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Ingress } from "../../crds/fields/ingress.ts";
import { graphService } from "../testing/components.ts";
import { ingressManifest } from "./ingress.ts";

const GRAPH_LABELS = {
  "nvidia.com/dynamo-component": "Worker",
  "nvidia.com/dynamo-namespace": "ns-demo",
  "nvidia.com/dynamo-graph-deployment-name": "demo",
};

const enabled: Ingress = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };

function make(ingress: Ingress | undefined) {
  return ingressManifest(graphService(ingress ? { ingress } : {}));
}

function hostOf(ingress: Ingress): string | undefined {
  return make({ ...enabled, ...ingress })?.spec?.rules?.[0]?.host;
}

Deno.test("an Ingress routes all paths of its host to port 8000", () => {
  const ingress = { ...enabled, hostPrefix: "dev-", hostSuffix: "example.com" };
  assertEquals(make({ ...ingress, tls: { secretName: "tls" } }), {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "demo-worker", namespace: "ns", labels: GRAPH_LABELS },
    spec: {
      ingressClassName: "nginx",
      rules: [{
        host: "dev-chat.example.com",
        http: {
          paths: [{
            path: "/",
            pathType: "Prefix",
            backend: { service: { name: "demo-worker", port: { number: 8000 } } },
          }],
        },
      }],
      tls: [{ hosts: ["dev-chat.example.com"], secretName: "tls" }],
    },
  });
});

Deno.test("the default suffix of the host is local, and an empty suffix is left out", () => {
  assertEquals(hostOf({}), "chat.local");
  assertEquals(hostOf({ hostSuffix: "example.com" }), "chat.example.com");
  assertEquals(hostOf({ hostSuffix: "" }), "chat");
});

Deno.test("an Ingress is planned only if it is enabled and names a class", () => {
  assertEquals(make(undefined), undefined);
  assertEquals(make({ ...enabled, enabled: false }), undefined);
  assertEquals(make({ enabled: true, host: "chat" }), undefined);
  assertEquals(make({ ...enabled, ingressControllerClassName: "" }), undefined);
});

Deno.test("the Ingress carries the labels and annotations of the ingress field", () => {
  const { metadata } = make({ ...enabled, labels: { l: "m" }, annotations: { a: "b" } }) ?? {};
  assertEquals(metadata?.labels, { ...GRAPH_LABELS, l: "m" });
  assertEquals(metadata?.annotations, { a: "b" });
});

Deno.test("invalid labels and annotations of an Ingress are left out, as with the Go operator", () => {
  const maps = { labels: { team: "two words", tier: "1" }, annotations: { "a b": "", note: "x" } };
  const { labels, annotations } = make({ ...enabled, ...maps })?.metadata ?? {};
  assertEquals(labels, { ...GRAPH_LABELS, tier: "1" });
  assertEquals(annotations, { note: "x" });
});
