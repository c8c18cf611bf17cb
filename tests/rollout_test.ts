// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { deployments, ingresses, type Secret, secrets, services } from "../kube/builtin.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, IMAGE, worker } from "./support/graphs.ts";
import type { NamespaceClient } from "./support/namespace_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { untilGarbageCollectorRuns } from "./support/garbage_collector.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const SERVICES = {
  Frontend: frontend({
    labels: { team: "red" },
    annotations: { note: "x" },
    ingress: { enabled: true, host: "chat", ingressControllerClassName: "nginx" },
  }),
  Worker: worker(),
};

Deno.test("only changes of a pod template replace pods", { ignore: noCluster }, async (t) => {
  await using env = await startTestEnvironment({ serviceAccount: "rollout" });
  const kube = await env.createNamespace();
  await untilGarbageCollectorRuns(kube);
  await kube.apply(secrets, pullSecret("first"));
  await kube.apply(graphs, graphOf("chat", SERVICES));
  await kube.untilState("chat", "successful");
  await untilIdle(env.operator);
  const before = await revisions(kube);
  const unchanged = async () => {
    await untilIdle(env.operator);
    assertEquals(await revisions(kube), before);
  };

  await t.step(
    "the objects of a service have its labels and annotations, but its pods do not",
    async () => {
      const found = [
        await kube.get(components, "chat-frontend"),
        await kube.get(deployments, "chat-frontend"),
        await kube.get(services, "chat-frontend"),
        await kube.get(ingresses, "chat-frontend"),
      ];
      for (const { kind, metadata: { labels, annotations } } of found) {
        assertEquals([kind, labels?.["team"], annotations?.["note"]], [kind, "red", "x"]);
        assertEquals(labels?.["nvidia.com/dynamo-component"], "Frontend");
      }
      const { spec } = await kube.get(deployments, "chat-frontend");
      assertEquals(spec?.template.metadata?.labels?.["team"], undefined);
    },
  );

  await t.step("labels and annotations of graphs and components replace no pod", async () => {
    const metadata = {
      labels: { cost: "42", "app.kubernetes.io/instance": "argo" },
      annotations: { "velero.io/restore-name": "r", "argocd.argoproj.io/tracking-id": "i" },
    };
    await kube.edit(graphs, "chat", { metadata });
    await kube.edit(components, "chat-worker", { metadata });
    await unchanged();
    const worker = await kube.get(deployments, "chat-worker");
    assertEquals(worker.metadata.labels?.["cost"], undefined);
  });

  await t.step("creating and deleting pull Secrets replaces no pod", async () => {
    await kube.apply(secrets, pullSecret("second"));
    await unchanged();
    await kube.delete(secrets, "first");
    await unchanged();
    assertEquals(await pullSecretsOf(kube, "chat-worker"), ["first"]);
  });

  await t.step("a workload with an unavailable pod gets the current pull Secrets", async () => {
    const stuck = worker({ replicas: 2 });
    const extraPodSpec = { ...stuck.extraPodSpec, nodeSelector: { "no-such": "node" } };
    const Stuck = { ...stuck, extraPodSpec };
    await kube.apply(graphs, graphOf("chat", { ...SERVICES, Stuck }));
    await eventually(async () => assertEquals(await pullSecretsOf(kube, "chat-stuck"), ["second"]));
    await kube.apply(secrets, pullSecret("third"));
    await eventually(async () =>
      assertEquals(await pullSecretsOf(kube, "chat-stuck"), ["second", "third"])
    );
    await kube.apply(graphs, graphOf("chat", SERVICES));
    await kube.untilState("chat", "successful");
    await kube.untilGone(deployments, "chat-stuck");
    await unchanged();
  });

  await t.step("a variable follows those that it references, also after a change", async () => {
    const setEnvs = async (values: Record<string, string>) => {
      const envs = Object.entries(values).map(([name, value]) => ({ name, value }));
      await kube.apply(graphs, graphOf("chat", { ...SERVICES, Worker: worker({ envs }) }));
      await kube.untilState("chat", "successful");
    };
    await setEnvs({ HF_HOME: "/hf", MODEL_ROOT: "/models", KV_HOST: "kv" });
    await setEnvs({
      HF_HOME: "$(MODEL_ROOT)/hf",
      MODEL_ROOT: "/models",
      KV_HOST: "$(POD_NAME).kv",
    });
    const { spec } = await kube.get(deployments, "chat-worker");
    const names = spec?.template.spec?.containers[0]?.env?.map(({ name }) => name) ?? [];
    const order = ["MODEL_ROOT", "HF_HOME", "POD_NAME", "KV_HOST"];
    assertEquals(names.filter((name) => order.includes(name)), order);
  });

  await t.step(
    "a graph and a component that are deleted without their children replace no pod",
    async () => {
      await untilIdle(env.operator);
      const running = await revisions(kube);
      await kube.delete(graphs, "chat", { propagationPolicy: "Orphan" });
      await kube.untilGone(graphs, "chat");
      await eventually(async () => {
        const { metadata } = await kube.get(components, "chat-worker");
        assertEquals(metadata.ownerReferences ?? [], []);
      });
      await untilIdle(env.operator);
      assertEquals(await revisions(kube), running);
      await kube.delete(components, "chat-worker", { propagationPolicy: "Orphan" });
      await kube.untilGone(components, "chat-worker");
      await untilIdle(env.operator);
      assertEquals(await revisions(kube), running);
    },
  );
});

/** Returns the name and the revision of each Deployment. The revision grows with each new ReplicaSet. */
async function revisions(kube: NamespaceClient): Promise<(string | undefined)[][]> {
  return (await kube.list(deployments)).map(({ metadata }) => [
    metadata.name,
    metadata.annotations?.["deployment.kubernetes.io/revision"],
  ]);
}

async function pullSecretsOf(kube: NamespaceClient, deployment: string) {
  const { spec } = await kube.get(deployments, deployment);
  return spec?.template.spec?.imagePullSecrets?.map(({ name }) => name);
}

function pullSecret(name: string): Secret {
  const config = { auths: { [IMAGE.split("/")[0] ?? ""]: { auth: btoa("user:password") } } };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": btoa(JSON.stringify(config)) },
  };
}
