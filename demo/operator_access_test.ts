// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { selectContext } from "../kube/auth/kubeconfig_file.ts";
import { operatorAccess } from "./operator_access.ts";

const view = (cluster: Record<string, string>) =>
  JSON.stringify({ clusters: [{ name: "c", cluster }] });

Deno.test("the operator authenticates to the same cluster by its token alone", () => {
  const access = operatorAccess(
    view({ server: "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=" }),
    "secret\n",
  );
  const { cluster, user } = selectContext([{ path: "/k", text: access.kubeconfig }]);
  assertEquals(cluster, { server: "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=" });
  assertEquals(user, { token: "secret" });
  assertEquals(access.hosts, ["10.0.0.1"]);
});

Deno.test("the operator connects to the proxy of the cluster too", () => {
  const cluster = { server: "https://k.test", "proxy-url": "http://proxy.test" };
  assertEquals(operatorAccess(view(cluster), "t").hosts, ["k.test", "proxy.test"]);
});

Deno.test("a cluster on this machine needs no other host", () => {
  assertEquals(operatorAccess(view({ server: "https://127.0.0.1:6443" }), "t").hosts, []);
});

Deno.test("a kubeconfig without a cluster is refused", () => {
  assertThrows(() => operatorAccess('{"clusters":[]}', "t"), Error, "contains no cluster");
});
