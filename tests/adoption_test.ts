// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  deployments,
  ingresses,
  roleBindings,
  roles,
  type Service,
  serviceAccounts,
  services,
} from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilGarbageCollectorRuns } from "./support/garbage_collector.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import { untilIdle } from "./support/operator_state.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { allObjectNamesIn } from "./support/namespace_objects.ts";
import { eventually } from "./support/eventually.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment, type TestEnvironment } from "./support/test_environment.ts";

const INGRESS = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };
const envs = [{ name: "A", value: "1" }];
const CHAT = graphOf("chat", {
  Frontend: frontend({ ingress: INGRESS, envs }),
  Worker: worker({ envs }),
});
/** Kinds of the objects that a graph owns directly. */
const OF_GRAPH: Resource<KubeObject>[] = [components, serviceAccounts, roles, roleBindings];
const OF_COMPONENT: Resource<KubeObject>[] = [deployments, services, ingresses];

Deno.test(
  "children without an owner are adopted and keep their pods",
  { ignore: noCluster },
  async (t) => {
    await using env = await startTestEnvironment({ serviceAccount: "adoption" });
    await untilGarbageCollectorRuns(await env.createNamespace());

    await t.step("after a graph was deleted with --cascade=orphan", async () => {
      const kube = await running(env);
      const before = await identities(kube);
      await kube.delete(graphs, "chat", { propagationPolicy: "Orphan" });
      await kube.untilGone(graphs, "chat");
      await untilIdle(env.operator);
      await kube.apply(graphs, CHAT);
      await kube.untilState("chat", "successful");
      assertEquals(await identities(kube), before);
      await allOwned(kube);
    });

    await t.step("after a component was deleted with --cascade=orphan", async () => {
      const kube = await running(env);
      const before = await identities(kube);
      const { metadata: { uid } } = await kube.get(components, "chat-worker");
      await kube.delete(components, "chat-worker", { propagationPolicy: "Orphan" });
      await eventually(async () => {
        const again = await kube.get(components, "chat-worker");
        assertEquals(again.metadata.uid === uid, false);
      });
      await kube.untilState("chat", "successful");
      await allOwned(kube);
      assertEquals(await identities(kube), before);
    });

    await t.step("after a restore that wrote all objects without owners", async () => {
      const kube = await running(env);
      const saved: [Resource<KubeObject>, KubeObject][] = [];
      for (const kind of [...OF_GRAPH, ...OF_COMPONENT]) {
        for (const object of await kube.list(kind)) {
          if (object.metadata.name !== "default") saved.push([kind, object]);
        }
      }
      await kube.delete(graphs, "chat", { propagationPolicy: "Foreground" });
      await kube.untilGone(graphs, "chat");

      // If a component existed before its Deployment, the operator would create the Deployment itself. So the test
      // restores the children of the components first.
      for (const [kind, object] of saved.reverse()) {
        await eventually(() =>
          env.client.create(kind, restoredFrom(object), { fieldManager: "velero-server" })
        );
      }
      // Some backup tools also remove `managedFields`, as this patch does.
      await kube.edit(deployments, "chat-frontend", { metadata: { managedFields: [{}] } });
      await untilIdle(env.operator);
      const before = await identities(kube);
      await kube.apply(graphs, CHAT);
      await kube.untilState("chat", "successful");
      await allOwned(kube);
      assertEquals(await identities(kube), before);

      // The user removes environment variable `A` from the graph. The operator then removes it from the Deployments.
      await kube.apply(graphs, graphOf("chat", { Frontend: frontend(), Worker: worker() }));
      await eventually(async () => {
        for (const name of ["chat-frontend", "chat-worker"]) {
          const { spec } = await kube.get(deployments, name);
          const names = spec?.template.spec?.containers[0]?.env?.map(({ name }) => name) ?? [];
          assertEquals(names.includes("A"), false, name);
        }
      });
    });
  },
);

async function running(env: TestEnvironment): Promise<NamespaceClient> {
  const kube = await env.createNamespace();
  await kube.apply(graphs, CHAT);
  await kube.untilState("chat", "successful");
  await untilIdle(env.operator);
  return kube;
}

/** Returns the names of all ReplicaSets, and the UIDs and generations of the Deployments. */
async function identities(kube: NamespaceClient) {
  const names = await allObjectNamesIn(kube);
  const found = (await kube.list(deployments)).map(({ metadata: { name, uid, generation } }) => ({
    name,
    uid,
    generation,
  }));
  return { replicaSets: names.filter((name) => name.startsWith("ReplicaSet/")), found };
}

async function allOwned(kube: NamespaceClient) {
  await eventually(async () => {
    const { metadata: { uid } } = await kube.get(graphs, "chat");
    for (const kind of OF_GRAPH) {
      for (const { metadata } of await kube.list(kind)) {
        if (metadata.name === "default") continue;
        assertEquals(metadata.ownerReferences?.map((owner) => owner.uid), [uid], metadata.name);
      }
    }
    for (const kind of OF_COMPONENT) {
      for (const { metadata } of await kube.list(kind)) {
        const component = await kube.get(components, metadata.name);
        assertEquals(metadata.ownerReferences?.map((owner) => owner.uid), [component.metadata.uid]);
      }
    }
  });
}

/**
 * Returns the object as a backup tool restores it: without status, owner references and fields that the API server
 * sets.
 */
function restoredFrom(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations } = object.metadata;
  const { status: _status, ...content } = object as KubeObject & { status?: unknown };
  if (isService(content)) {
    const { clusterIP: _ip, clusterIPs: _ips, ...spec } = content.spec ?? {};
    content.spec = spec;
  }
  const metadata = {
    name,
    ...(namespace && { namespace }),
    labels: { ...labels, "velero.io/restore-name": "r" },
    ...(annotations && { annotations }),
  };
  return { ...content, metadata };
}

function isService(object: KubeObject): object is Service {
  return object.kind === services.kind;
}
