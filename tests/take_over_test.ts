// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ComponentSpec } from "../crds/kinds/component_spec.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { deployments, pods, services } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import { foreignManagers } from "../reconcile/apply/managed_fields.ts";
import { components, graphs, scalingAdapters } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { untilGarbageCollectorRuns } from "./support/garbage_collector.ts";
import { GO_SERVICES, goGraph, goObjects } from "./support/go_objects.ts";
import { createAsGoOperator } from "./support/go_operator.ts";
import { frontend, IMAGE, MODEL, worker } from "./support/graphs.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { allObjectNamesIn, replicaSets, WRITTEN_KINDS } from "./support/namespace_objects.ts";
import { untilIdle } from "./support/operator_state.ts";
import { PLANNER_ROLE } from "./support/installation.ts";
import { runRender } from "./support/render_command.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

Deno.test("the children of the Go operator are taken over without a restart of a pod", {
  ignore: noCluster,
}, async (t) => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const kube = await createNamespace(admin.client);
  await addPlannerRole(admin.client);
  await untilGarbageCollectorRuns(kube);
  await createAsGoOperator(cluster, kube.namespace, goObjects(kube.namespace));
  await untilPodsRun(kube);
  const before = await running(kube);
  const webhooks = await leaveWebhooksBehind(cluster, kube.namespace);
  const diff = async () =>
    (await runRender([
      ...["--diff", `--kubeconfig=${cluster.kubeconfig}`, `--namespace=${kube.namespace}`],
      `--planner-cluster-role-name=${PLANNER_ROLE}`,
    ])).split("\n");
  const start = () => startTestOperator(cluster, { serviceAccount: "take-over" });
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(webhooks.remove);
  await t.step("render --diff lists the changes before the operator starts", async () => {
    const ofGraph = `DynamoGraphDeployment "${kube.namespace}/chat"`;
    const twins = ["decode", "frontend", "planner"].flatMap((name) => [`${name}-d`, `${name}-p`]);
    // Builds of the Go operator before 0.8.0 create an adapter for each service.
    const adapters = ["frontend", "planner"];
    const [heading, ...changes] = await diff();
    assertEquals(heading, `${ofGraph}: no pod restarts`);
    const deleted = (kind: string, name: string) =>
      `  delete  ${kind} "${kube.namespace}/chat-${name}": not planned`;
    assertEquals(changes.filter((line) => line.startsWith("  delete")).sort(), [
      ...adapters.map((name) => deleted(scalingAdapters.kind, name)),
      ...twins.map((name) => deleted("Service", name)),
    ]);
    const model = `Service "${kube.namespace}/dynamo-model-fb68f5a6"`;
    assertEquals(changes.includes(`  change  ${model}: metadata.ownerReferences`), true);
  });
  let operator = await start();
  cleanUp.defer(() => operator[Symbol.asyncDispose]());

  await t.step("the webhooks of the Go operator are named in the status", async () => {
    const ready = { kind: graphs, name: "chat", type: "Ready", status: "False" };
    await untilCondition(kube, ready, 'failed calling webhook "vdynamo');
    assertEquals(await running(kube), before);
    await webhooks.remove();
  });

  await t.step("no pod template changes, and the operator owns all fields", async () => {
    await kube.untilState("chat", "successful");
    await untilIdle(operator);
    assertEquals(await running(kube), before);
    for (const kind of WRITTEN_KINDS) {
      for (const object of await kube.list(kind)) {
        const { name, finalizers, ownerReferences = [] } = object.metadata;
        assertEquals(finalizers?.includes("nvidia.com/finalizer") ?? false, false, name);
        const isTakenOver = kind !== graphs && ownerReferences.length > 0 &&
          object.kind !== "PersistentVolumeClaim";
        if (!isTakenOver) continue;
        assertEquals(
          foreignManagers(object, "").includes("manager"),
          false,
          `${kind.kind} ${name}`,
        );
        assert(object.metadata.annotations?.["nvidia.com/plan-hash"], `${kind.kind} ${name}`);
      }
    }
  });

  await t.step("the debug Services of the Go operator are deleted", async () => {
    const names = (await kube.list(services)).map(({ metadata }) => metadata.name).sort();
    assertEquals(names, [
      ...["chat-decode", "chat-frontend", "chat-planner", "dynamo-model-fb68f5a6"],
    ]);
  });

  await t.step("the scaling adapter of a service that enables it continues to scale", async () => {
    const adapters = await kube.list(scalingAdapters);
    assertEquals(adapters.map(({ metadata }) => metadata.name), ["chat-decode"]);
    for (const replicas of [2, 1]) {
      await cluster.kubectl([
        ...["scale", "dgdsa/chat-decode", `--replicas=${replicas}`, "-n", kube.namespace],
      ]);
      await kube.untilState("chat", "successful");
      await eventually(async () =>
        assertEquals((await kube.get(deployments, "chat-decode")).spec?.replicas, replicas)
      );
    }
    await kube.untilState("chat", "successful");
    await untilIdle(operator);
  });

  await t.step("a restart writes nothing", async () => {
    await operator.stop();
    const mark = await cluster.audit.mark();
    operator = await start();
    await untilIdle(operator);
    const writes = writesOf(operator.user, await cluster.audit.entries(mark))
      .filter(({ namespace }) => namespace === kube.namespace);
    assertEquals(writes.map(requestKind), []);
  });

  await t.step(
    "objects that the Go operator has changed after a return to it are taken over again",
    async () => {
      await operator.stop();
      const between = { name: "BETWEEN", value: "1" };
      const decode = GO_SERVICES["Decode"] ?? {};
      const envs = [...decode.envs ?? [], between];
      await edit(kube, { ...GO_SERVICES, Decode: { ...decode, envs } });
      const asGo = (kind: string, path: string) =>
        cluster.kubectl([
          ...["patch", kind, "chat-decode", "-n", kube.namespace, "--type=json"],
          ...["--field-manager=manager", "-p"],
          JSON.stringify([
            { op: "add", path: "/metadata/annotations/nvidia.com~1last-applied-hash", value: "go" },
            { op: "add", path, value: between },
          ]),
        ]);
      await asGo("dynamocomponentdeployments.nvidia.com", "/spec/envs/0");
      await asGo("deployment", "/spec/template/spec/containers/1/env/0");
      const template = await templateOf(kube);
      operator = await start();
      await kube.untilState("chat", "successful");
      await untilIdle(operator);
      assertEquals(await templateOf(kube), template);
    },
  );

  await t.step(
    "fields that the graph no longer contains are removed from the children",
    async () => {
      const decode = worker({ modelRef: { name: MODEL } });
      const planner = GO_SERVICES["Planner"] ?? {};
      // The service `Frontend` becomes a worker, so its port changes.
      const router = worker();
      await operator.stop();
      await edit(kube, { Decode: decode, Frontend: router, Planner: planner });
      const predicted = await diff();
      assertStringIncludes(predicted[0] ?? "", '/chat": restarts pods');
      const rolled = predicted.find((line) => /restart Deployment .*chat-decode"/.test(line)) ??
        "";
      for (const path of REMOVED) assertStringIncludes(rolled, `spec.template.${path}`);
      operator = await start();
      await kube.untilState("chat", "successful");
      const { spec, metadata } = await kube.get(deployments, "chat-decode");
      const { metadata: podMetadata, spec: pod } = spec?.template ?? {};
      const [main, ...sidecars] = pod?.containers ?? [];
      assertEquals(sidecars, []);
      assertEquals(main?.args, ["--model-path", MODEL]);
      assertEquals(main?.image, IMAGE);
      const names = main?.env?.map(({ name }) => name) ?? [];
      assertEquals(names.filter((name) => ["LEVEL", "BETWEEN"].includes(name)), []);
      assertEquals(main?.volumeMounts?.map(({ name }) => name), ["shared-memory"]);
      assertEquals(pod?.volumes?.map(({ name }) => name), ["shared-memory"]);
      assertEquals(pod?.tolerations, undefined);
      assertEquals([podMetadata?.labels?.["team"], podMetadata?.annotations], [
        undefined,
        undefined,
      ]);
      assertEquals(metadata.annotations?.["note"], undefined);
      const component = await kube.get(components, "chat-decode");
      const { envs, extraPodMetadata, extraPodSpec } = component.spec;
      assertEquals([envs, extraPodMetadata], [undefined, undefined]);
      assertEquals(Object.keys(extraPodSpec ?? {}), ["mainContainer"]);
      const service = await kube.get(services, "chat-frontend");
      assertEquals(service.spec?.ports?.map(({ port }) => port), [9090]);
    },
  );

  await t.step("the strategy Recreate replaces a rolling update", async () => {
    const annotations = { "nvidia.com/deployment-strategy": "Recreate" };
    await edit(kube, { Decode: worker({ annotations }), Frontend: frontend({ annotations }) });
    await kube.untilState("chat", "successful");
    for (const name of ["chat-decode", "chat-frontend"]) {
      const { spec } = await kube.get(deployments, name);
      assertEquals(spec?.strategy, { type: "Recreate" });
    }
  });

  await t.step("the deletion of the graph leaves only the objects of the namespace", async () => {
    await kube.delete(graphs, "chat");
    await kube.untilGone(graphs, "chat");
    await eventually(async () => {
      const names = (await allObjectNamesIn(kube)).filter((name) => !name.includes("planner-"));
      // The copy of the MPI Secret that the Go operator created remains, because other graphs of the namespace may use
      // it.
      assertEquals(names, ["Secret/mpi-run-ssh-secret"]);
    });
  });
});

/** Fields that the new spec of the service Decode removes from its pod template. */
const REMOVED = [
  ...["metadata.labels.team", "metadata.annotations"],
  ...['spec.containers["proxy"]', 'spec.containers["main"].args', "spec.tolerations"],
  ...['spec.containers["main"].env["LEVEL"]', 'spec.volumes["scratch"]'],
  'spec.containers["main"].volumeMounts["/scratch"]',
];

async function edit(kube: NamespaceClient, services: Record<string, ComponentSpec>) {
  await kube.client.patch(graphs, { name: "chat", namespace: kube.namespace }, {
    type: "json",
    body: [{ op: "replace", path: "/spec/services", value: goGraph(services).spec.services }],
  });
}

async function untilPodsRun(kube: NamespaceClient) {
  await eventually(async () => {
    for (const { spec, status } of await kube.list(deployments)) {
      assertEquals(status?.availableReplicas, spec?.replicas);
    }
  });
}

/** Returns the pod templates, and the names of all ReplicaSets and pods. */
async function running(kube: NamespaceClient) {
  const names = async (kind: Resource<KubeObject>) =>
    (await kube.list(kind)).map(({ metadata: { name, uid } }) => `${name} ${uid}`).sort();
  return {
    templates: (await kube.list(deployments)).map(({ metadata, spec }) => [
      metadata.name,
      spec?.template,
    ]),
    replicaSets: await names(replicaSets),
    pods: await names(pods),
  };
}

async function templateOf(kube: NamespaceClient) {
  return (await kube.get(deployments, "chat-decode")).spec?.template;
}

/** Registers the webhooks of the Go operator for one namespace. Their server no longer exists. */
async function leaveWebhooksBehind({ kubectl }: Cluster, namespace: string) {
  const name = `go-webhooks-${namespace}`;
  const kinds = ["dynamocomponentdeployment", "dynamographdeployment"];
  const manifest = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks: kinds.map((kind) => ({
      name: `v${kind}.kb.io`,
      clientConfig: { url: `https://127.0.0.1:1/validate-nvidia-com-v1alpha1-${kind}` },
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
      rules: [{
        apiGroups: ["nvidia.com"],
        apiVersions: ["v1alpha1"],
        operations: ["CREATE", "UPDATE"],
        resources: [`${kind}s`],
      }],
      failurePolicy: "Fail",
      sideEffects: "None",
      admissionReviewVersions: ["v1"],
    })),
  };
  await kubectl(["create", "-f", "-"], JSON.stringify(manifest));
  return {
    async remove() {
      const kind = "validatingwebhookconfiguration";
      await kubectl(["delete", kind, name, "--ignore-not-found"]);
    },
  };
}
