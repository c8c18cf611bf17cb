// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { kubeconfig } from "./kubeconfig.ts";

const cluster = { server: "https://127.0.0.1:1" };
const common = { name: "here", cluster, user: "me" };

Deno.test("a kubeconfig contains the certificates", () => {
  const credentials = { certificate: "CERT", key: "KEY" };
  assertEquals(JSON.parse(kubeconfig({ ...common, credentials })), {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "here", cluster }],
    users: [{
      name: "me",
      user: { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") },
    }],
    contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
    "current-context": "here",
  });
});

Deno.test("a kubeconfig contains a token instead of a certificate, and a namespace", () => {
  const text = kubeconfig({ ...common, credentials: { token: "T" }, namespace: "ns" });
  const { users, contexts } = JSON.parse(text);
  assertEquals(users, [{ name: "me", user: { token: "T" } }]);
  assertEquals(contexts, [{
    name: "here",
    context: { cluster: "here", user: "me", namespace: "ns" },
  }]);
});
