// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { localWebhooks } from "./local_webhooks.ts";

const MANIFESTS = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: m}
webhooks:
- name: sets
  clientConfig: {service: {name: s, namespace: n, path: /sets}}
  rules: [{resources: [leaderworkersets]}]
- name: pods
  clientConfig: {service: {name: s, namespace: n, path: /pods}}
  rules: [{resources: [pods]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: v}
webhooks: []
`;

Deno.test("webhooks are called at a loopback port, and pods only if a LeaderWorkerSet owns them", () => {
  const [mutating, validating] = localWebhooks(MANIFESTS, { port: 4443, caBundle: "ca" });
  assertEquals(mutating?.webhooks, [
    {
      name: "sets",
      clientConfig: { url: "https://127.0.0.1:4443/sets", caBundle: "ca" },
      rules: [{ resources: ["leaderworkersets"] }],
    },
    {
      name: "pods",
      clientConfig: { url: "https://127.0.0.1:4443/pods", caBundle: "ca" },
      rules: [{ resources: ["pods"] }],
      objectSelector: {
        matchExpressions: [{ key: "leaderworkerset.sigs.k8s.io/name", operator: "Exists" }],
      },
    },
  ] as unknown[]);
  assertEquals(validating?.webhooks, []);
});
