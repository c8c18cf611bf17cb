// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import { FINALIZER, LABELS } from "../../crds/labels.ts";
import {
  type Deployment,
  deployments,
  type EndpointSlice,
  endpointSlices,
  namespaces,
  pods,
  type Service,
  services,
} from "../../kube/builtin.ts";
import { conditionOf } from "../../reconcile/dynamo/conditions.ts";
import { modelHash, modelServiceName } from "../../reconcile/dynamo/names.ts";
import { models } from "../../reconcile/dynamo/resources.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { eventually } from "../support/eventually.ts";
import { BASE_MODEL, loraModel } from "../support/models.ts";
import { createNamespace, type NamespaceClient } from "../support/namespace_client.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { startModelOperator } from "./model_operator.ts";
import { startWorkerServers } from "./worker_servers.ts";

const SERVICE = modelServiceName(BASE_MODEL);
const selector = { [LABELS.baseModelHash]: modelHash(BASE_MODEL) };

Deno.test("an adapter is loaded into the pods of its base model, and unloaded", {
  ignore: noCluster,
}, async (t) => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const { client } = owned.use(await connectAdmin(cluster));
  const kube = await createNamespace(client);
  owned.defer(() => client.delete(namespaces, { name: kube.namespace }));
  const workers = owned.use(startWorkerServers());
  await kube.apply(services, service());
  await kube.apply(deployments, deployment(4));
  const ips = await untilRunning(kube, 4);
  const [first = "", second = ""] = ips;
  workers.failing.add(first);
  owned.use(await startModelOperator(cluster, { namespace: kube.namespace, send: workers.send }));

  await t.step(
    "a model of the Go operator gets a new status, and only failed pods are retried",
    async () => {
      await kube.apply(models, loraModel({ finalizers: [FINALIZER] }));
      const { status } = await untilLoaded(kube, 3, 4);
      assertEquals(conditionOf(status, "EndpointsReady")?.reason, "NotReady");
      await eventually(async () => {
        const { status } = await kube.get(models, "tuned");
        const { message = "" } = conditionOf(status, "Ready") ?? {};
        assertStringIncludes(message, "status 200: no space left");
      });
      await eventually(() => assert(workers.requests(first).length >= 2));
      assertEquals(workers.requests(second), ["POST /v1/loras"]);
      workers.failing.clear();
      const { metadata, status: healed } = await untilLoaded(kube, 4, 4);
      assertEquals(conditionOf(healed, "Ready")?.status, "True");
      assertEquals(metadata.finalizers, [FINALIZER]);
    },
  );

  await t.step("new pods load the adapter, and the others get no request", async () => {
    await kube.edit(deployments, "workers", { spec: { replicas: 5 } });
    await untilLoaded(kube, 5, 5);
    assertEquals(workers.requests(second), ["POST /v1/loras"]);
  });

  await t.step("an address that is not the address of its pod is not called", async () => {
    const found = await kube.list(pods);
    const [pod] = found;
    assert(pod);
    await kube.apply(endpointSlices, forgedSlice(await kube.get(services, SERVICE), pod.metadata));
    const { status } = await untilLoaded(kube, 5, 6);
    const failure = "(http://203.0.113.9:9090): the address does not belong to the pod";
    assertStringIncludes(conditionOf(status, "Ready")?.message ?? "", failure);
    assertEquals(workers.called().includes("203.0.113.9"), false);
    await kube.delete(endpointSlices, "forged");
    await untilLoaded(kube, 5, 5);
  });

  await t.step("the deletion ends within a minute although a pod does not answer", async () => {
    workers.hanging.add(first);
    const startMs = performance.now();
    await kube.delete(models, "tuned");
    await kube.untilGone(models, "tuned");
    assert(performance.now() - startMs < 60_000);
    for (const ip of ips.filter((ip) => ip !== first)) {
      assertEquals(workers.requests(ip).at(-1), "DELETE /v1/loras/acme/tuned");
    }
  });
});

/** Returns the Service that the operator creates for the base model of a component. */
function service(): Service {
  return {
    apiVersion: services.apiVersion,
    kind: services.kind,
    metadata: { name: SERVICE, labels: selector },
    spec: { clusterIP: "None", selector, ports: [{ name: "system", port: 9090 }] },
  };
}

function deployment(replicas: number): Deployment {
  return {
    apiVersion: deployments.apiVersion,
    kind: deployments.kind,
    metadata: { name: "workers" },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: selector },
        spec: { containers: [{ name: "main", image: "registry.example/worker:1" }] },
      },
    },
  };
}

/** Returns an EndpointSlice of the Service. The slice lists an address outside the cluster as the address of a pod. */
function forgedSlice(
  { metadata }: Service,
  pod: { name: string; uid?: string; namespace?: string },
): EndpointSlice {
  return {
    apiVersion: endpointSlices.apiVersion,
    kind: endpointSlices.kind,
    metadata: {
      name: "forged",
      labels: { ...selector, "kubernetes.io/service-name": SERVICE },
      ownerReferences: [{
        apiVersion: "v1",
        kind: "Service",
        name: metadata.name,
        uid: metadata.uid ?? "",
        controller: true,
      }],
    },
    addressType: "IPv4",
    endpoints: [{
      addresses: ["203.0.113.9"],
      targetRef: {
        kind: "Pod",
        name: pod.name,
        uid: pod.uid ?? "",
        namespace: pod.namespace ?? "",
      },
    }],
    ports: [{ port: 9090 }],
  };
}

/** Returns the addresses of the ready pods as soon as this number of pods is ready. */
function untilRunning(kube: NamespaceClient, count: number): Promise<string[]> {
  return eventually(async () => {
    const ready = (await kube.list(pods)).filter(({ status }) =>
      status?.podIP &&
      status.conditions?.some(({ type, status }) => type === "Ready" && status === "True")
    );
    assertEquals(ready.length, count);
    return ready.map(({ status }) => status?.podIP ?? "");
  });
}

function untilLoaded(
  kube: NamespaceClient,
  readyEndpoints: number,
  totalEndpoints: number,
): Promise<DynamoModel> {
  return eventually(async () => {
    const found = await kube.get(models, "tuned");
    assertEquals(
      [found.status?.readyEndpoints, found.status?.totalEndpoints],
      [readyEndpoints, totalEndpoints],
    );
    return found;
  });
}
