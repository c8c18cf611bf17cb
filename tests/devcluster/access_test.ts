// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { countBy, requestKind, writesOf } from "../../devcluster/audit_entry.ts";
import { runKubectl } from "../../devcluster/kubectl.ts";
import { KUBERNETES_VERSION } from "../../devcluster/toolchain/control_plane_modules.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";

Deno.test("a control plane is a real cluster with RBAC, nodes, pods and an audit log", async (t) => {
  await using cluster = await startCluster({ nodes: 2 });

  await t.step("kubectl and the API server have the pinned version", async () => {
    const text = await cluster.kubectl(["version"]);
    assertMatch(text, new RegExp(`Client Version: ${KUBERNETES_VERSION}`));
    assertMatch(text, new RegExp(`Server Version: ${KUBERNETES_VERSION}`));
  });

  const access = await cluster.serviceAccount({
    namespace: "permissions",
    name: "writer",
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "create"] }],
  });
  const asWriter = (...args: string[]) =>
    runKubectl(cluster.program("kubectl"), access.kubeconfig, args);

  await t.step("a ServiceAccount has the permissions of its rules and no others", async () => {
    await asWriter("create", "configmap", "a");
    await asWriter("get", "configmaps", "-A");
    await assertRejects(() => asWriter("get", "secrets"), Error, "Forbidden");
    await assertRejects(() => asWriter("delete", "configmap", "a"), Error, "Forbidden");
  });

  await t.step("a ServiceAccount has the same files as the kubelet mounts", async () => {
    const read = (file: string) => Deno.readTextFile(`${access.directory}/${file}`);
    assertEquals(await read("namespace"), "permissions");
    assertEquals(await read("token"), access.token);
    assertMatch(await read("ca.crt"), /^-----BEGIN CERTIFICATE-----/);
  });

  await t.step("a later call of serviceAccount() replaces the RBAC rules", async () => {
    await cluster.serviceAccount({
      namespace: "permissions",
      name: "writer",
      rules: [{
        apiGroups: [""],
        resources: ["configmaps"],
        verbs: ["get", "list", "create", "delete"],
      }],
    });
    await asWriter("delete", "configmap", "a");
  });

  await t.step(
    "the audit log contains all writes, including refused writes, and the reads of ServiceAccounts",
    async () => {
      const mark = await cluster.audit.mark();
      await asWriter("create", "configmap", "b");
      await asWriter("get", "configmap", "b");
      await assertRejects(() => asWriter("create", "namespace", "x"), Error, "Forbidden");
      await cluster.kubectl(["create", "configmap", "c"]);
      const writes = writesOf(access.user, await cluster.audit.entries(mark));
      assertEquals(countBy(writes, requestKind), {
        "create configmaps": 1,
        "create namespaces": 1,
      });
      assertEquals(writes.map(({ code }) => code), [201, 403]);
      const requests = (await cluster.audit.requests(mark)).filter(({ user, group }) =>
        user === access.user && group === ""
      );
      assertEquals(countBy(requests, requestKind), {
        "create configmaps": 1,
        "get configmaps": 1,
        "create namespaces": 1,
      });
    },
  );

  await t.step("pods are scheduled on simulated nodes, run, and are deleted", async () => {
    const deployment = ["deployment", "app"];
    await cluster.kubectl([
      "create",
      ...deployment,
      "--image=registry.invalid/app",
      "--replicas=3",
    ]);
    await cluster.kubectl(["rollout", "status", ...deployment, "--timeout=120s"]);
    await cluster.kubectl(["delete", ...deployment, "--cascade=foreground", "--timeout=120s"]);
    assertEquals(await cluster.kubectl(["get", "pods", "-o", "name"]), "");
  });

  await t.step("every node has GPUs", async () => {
    const gpus = "jsonpath={.items[*].status.allocatable.nvidia\\.com/gpu}";
    assertEquals(await cluster.kubectl(["get", "nodes", "-o", gpus]), "4096 4096");
  });
});
