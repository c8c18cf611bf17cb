// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ANNOTATIONS } from "../crds/labels.ts";
import {
  deployments,
  events,
  pods,
  roleBindings,
  roles,
  serviceAccounts,
} from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, IMAGE, worker } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const ACCOUNT = "chat-k8s-service-discovery";
const RBAC: readonly { kind: Resource<KubeObject>; name: string }[] = [
  { kind: serviceAccounts, name: ACCOUNT },
  { kind: roles, name: `${ACCOUNT}-role` },
  { kind: roleBindings, name: `${ACCOUNT}-binding` },
];
const FINALIZER = "example.com/held";

Deno.test("the pods of new graphs find their ServiceAccount and their PVC", {
  ignore: noCluster,
}, async () => {
  await using env = await startTestEnvironment({ serviceAccount: "pod-access-new" });
  const kube = await env.createNamespace();
  const names = Array.from({ length: 10 }, (_, number) => `new-${number}`);
  const pvc = { create: true, size: "1Gi", storageClass: "s", volumeAccessMode: "ReadWriteOnce" };
  await Promise.all(names.map((name) => {
    const services = { Frontend: frontend(), Worker: worker({ replicas: 2 }) };
    return kube.apply(graphs, graphOf(name, services, { pvcs: [{ ...pvc, name }] }));
  }));
  for (const name of names) await kube.untilState(name, "successful");
  const refused = (await kube.list(events)).filter(({ reason }) => reason === "FailedCreate");
  assertEquals(refused.map(({ note }) => note), []);
});

Deno.test("a ServiceAccount and its permissions stay until the last pod that uses them has ended", {
  ignore: noCluster,
}, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "pod-access-old" });
  const kube = await env.createNamespace();
  const services = { Frontend: frontend(), Worker: worker() };
  await kube.apply(graphs, graphOf("chat", services));
  await kube.untilState("chat", "successful");
  const podsBefore = await kube.list(pods);
  assertEquals(podsBefore.map(({ spec }) => spec?.serviceAccountName), [ACCOUNT, ACCOUNT]);

  await t.step("they stay while the rollout to another discovery backend is stuck", async () => {
    const { extraPodSpec } = worker();
    const nowhere = worker({
      extraPodSpec: { ...extraPodSpec, nodeSelector: { "no-such": "node" } },
    });
    await kube.edit(graphs, "chat", {
      metadata: { annotations: { [ANNOTATIONS.discoveryBackend]: "etcd" } },
      spec: { services: { Worker: nowhere } },
    });
    await eventually(async () => {
      const { spec } = await kube.get(deployments, "chat-worker");
      assertEquals(spec?.template.spec?.serviceAccountName, "default");
    });
    await kube.untilState("chat", "pending");
    await untilIdle(env.operator);
    assertEquals(await rbacIn(kube), RBAC.map(({ name }) => name));
  });

  await t.step("they stay while a pod that uses them terminates", async () => {
    // The node of this pod does not exist, so the pod terminates only when the test removes the finalizer. A pod
    // without a node would get the phase Failed when the pod garbage collector runs.
    const pod = {
      apiVersion: pods.apiVersion,
      kind: pods.kind,
      metadata: { name: "terminating", finalizers: [FINALIZER] },
      spec: {
        serviceAccountName: ACCOUNT,
        nodeName: "none",
        terminationGracePeriodSeconds: 0,
        containers: [{ name: "main", image: IMAGE }],
      },
    };
    await kube.apply(pods, pod);
    await kube.delete(pods, "terminating");
    await kube.edit(graphs, "chat", {
      spec: { services: { Worker: { extraPodSpec: { nodeSelector: null } } } },
    });
    await kube.untilState("chat", "successful");
    await untilIdle(env.operator);
    assertEquals(await rbacIn(kube), RBAC.map(({ name }) => name));
    await kube.edit(pods, "terminating", { metadata: { finalizers: null } });
  });

  await t.step("they are deleted afterwards", async () => {
    for (const { kind, name } of RBAC) await kube.untilGone(kind, name);
    const { status } = await kube.get(graphs, "chat");
    assertEquals(status?.state, "successful");
  });
});

/** Returns the names of the graph's ServiceAccount, Role and RoleBinding that exist and are not being deleted. */
async function rbacIn(kube: NamespaceClient): Promise<string[]> {
  const found = await Promise.all(RBAC.map(({ kind, name }) => kube.find(kind, name)));
  return found.flatMap((object) =>
    object && !object.metadata.deletionTimestamp ? [object.metadata.name] : []
  );
}
