// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Ingress } from "../crds/fields/ingress.ts";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { ingresses, namespaces } from "../kube/builtin.ts";
import { type VirtualService, virtualServices } from "../kube/optional_kinds.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { conditionOf, untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, worker } from "./support/graphs.ts";
import {
  GATEWAY,
  GATEWAY_FLAG,
  installVirtualServices,
  removeVirtualServices,
} from "./support/istio.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { untilDrained, untilIdle } from "./support/operator_state.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator } from "./support/test_operator.ts";

const NAME = "chat-frontend";
/** Number of keys that the operator reconciles: the graph and its two components. */
const KEYS = 3;
const OTHER_GATEWAY = "other/private";
const UNSERVED =
  "ingress.useVirtualService: is ignored, because the API server does not serve virtualservices.networking.istio.io";
/** Spec of the VirtualService for a frontend that does not set `ingress`. */
const BY_DEFAULT = routeTo("chat.local", GATEWAY);

function routeTo(host: string, gateway: string): VirtualService["spec"] {
  return {
    hosts: [host],
    gateways: [gateway],
    http: [{
      match: [{ uri: { prefix: "/" } }],
      route: [{ destination: { host: NAME, port: { number: 8000 } } }],
    }],
  };
}

function chat(ingress?: Ingress) {
  return graphOf("chat", {
    Frontend: frontend(ingress ? { ingress } : {}),
    Worker: worker(),
  });
}

Deno.test("frontends get VirtualServices while Istio is installed", {
  ignore: noCluster,
}, async (t) => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  await removeVirtualServices(cluster);
  const { client } = owned.use(await connectAdmin(cluster));
  const kube = await createNamespace(client);
  owned.defer(() => client.delete(namespaces, { name: kube.namespace }));
  const start = () =>
    startTestOperator(cluster, { serviceAccount: "virtual-services", flags: [GATEWAY_FLAG] });
  const startWithoutGateway = () =>
    startTestOperator(cluster, { serviceAccount: "no-virtual-services" });
  const specOf = async () => (await kube.get(virtualServices, NAME)).spec;
  const untilSpec = (expected: VirtualService["spec"]) =>
    eventually(async () => assertEquals(await specOf(), expected));
  const warning = { type: "ConfigurationWarning", status: "True" };
  const warnings = {
    ofGraph: { ...warning, kind: graphs, name: "chat" },
    ofComponent: { ...warning, kind: components, name: NAME },
  };

  await t.step("while the operator has an Istio gateway", async (t) => {
    await using operator = await start();

    await t.step("without Istio the graph is successful and warns", async () => {
      await kube.apply(graphs, chat());
      await kube.untilState("chat", "successful");
      await untilCondition(kube, warnings.ofGraph, `spec.services[Frontend].${UNSERVED}`);
      await untilCondition(kube, warnings.ofComponent, `spec.${UNSERVED}`);
    });

    await t.step("the VirtualService is created when Istio is installed", async () => {
      await installVirtualServices(cluster);
      await untilSpec(BY_DEFAULT);
      await kube.untilState("chat", "successful");
      await untilNoCondition(kube, graphs, "chat", "ConfigurationWarning");
      await untilNoCondition(kube, components, NAME, "ConfigurationWarning");
      const { metadata: { uid } } = await kube.get(components, NAME);
      const { metadata } = await kube.get(virtualServices, NAME);
      assertEquals(metadata.ownerReferences?.map((owner) => [owner.uid, owner.controller]), [
        [uid, true],
      ]);
    });

    await t.step("the operator repairs it and keeps the fields of other clients", async () => {
      await kube.edit(virtualServices, NAME, {
        spec: { gateways: ["mesh"], exportTo: ["."], http: [{ timeout: "5s" }] },
      });
      await untilSpec({ ...BY_DEFAULT, exportTo: ["."] } as VirtualService["spec"]);
      await kube.delete(virtualServices, NAME);
      await untilSpec(BY_DEFAULT);
      await kube.untilState("chat", "successful");
    });

    await t.step("the spec of the service determines its host and gateway", async () => {
      const ingress = { enabled: true, host: "talk", hostSuffix: "example.com" };
      const virtual = { useVirtualService: true, virtualServiceGateway: OTHER_GATEWAY };
      await kube.apply(graphs, chat({ ...ingress, ...virtual }));
      await untilSpec(routeTo("talk.example.com", OTHER_GATEWAY));
      assertEquals(await kube.find(ingresses, NAME), undefined);
      await kube.apply(
        graphs,
        chat({ ...ingress, ...virtual, ingressControllerClassName: "nginx" }),
      );
      await kube.untilState("chat", "successful");
      const { spec } = await kube.get(ingresses, NAME);
      assertEquals(spec?.rules?.map(({ host }) => host), ["talk.example.com"]);
      assertEquals(await specOf(), routeTo("talk.example.com", OTHER_GATEWAY));
    });

    await t.step("the operator deletes it when the spec does not ask for it", async () => {
      await kube.apply(graphs, chat({ enabled: false, host: "chat" }));
      await kube.untilGone(virtualServices, NAME);
      await kube.untilGone(ingresses, NAME);
      await kube.untilState("chat", "successful");
    });

    await t.step(
      "the operator reports a foreign VirtualService and does not change it",
      async () => {
        const { apiVersion, kind } = virtualServices;
        const mine = { hosts: ["mine.example.com"], gateways: ["mesh"] };
        const object = { apiVersion, kind, metadata: { name: NAME }, spec: mine };
        const { metadata: { resourceVersion } } = await kube.apply(virtualServices, object);
        await kube.apply(graphs, chat());
        const named = [
          `VirtualService "${kube.namespace}/${NAME}"`,
          "delete the VirtualService, or rename the",
        ];
        const conflict = { kind: components, name: NAME, type: "NameConflict", status: "True" };
        await untilCondition(kube, conflict, ...named);
        const notReady = { kind: graphs, name: "chat", type: "Ready", status: "False" };
        await untilCondition(kube, notReady, ...named);
        await untilIdle(operator);
        const { metadata } = await kube.get(virtualServices, NAME);
        assertEquals(metadata.resourceVersion, resourceVersion);
        await kube.delete(virtualServices, NAME);
        await untilSpec(BY_DEFAULT);
        await kube.untilState("chat", "successful");
      },
    );
    await untilIdle(operator);
  });

  await t.step("a restart of the operator writes nothing", async () => {
    const mark = await cluster.audit.mark();
    await using operator = await start();
    await untilDrained(operator.metricsUrl, { reconciliations: KEYS, deadlineMs: 30_000 });
    await untilIdle(operator);
    const writes = writesOf(operator.user, await cluster.audit.entries(mark));
    assertEquals(
      writes.filter(({ namespace }) => namespace === kube.namespace).map(requestKind),
      [],
    );
  });

  await t.step(
    "without the flag the operator warns and leaves VirtualServices as they are",
    async () => {
      await using operator = await startWithoutGateway();
      const ingress = { enabled: true, host: "chat" };
      const virtual = { useVirtualService: true, virtualServiceGateway: OTHER_GATEWAY };
      await kube.apply(graphs, chat({ ...ingress, ...virtual }));
      await untilCondition(
        kube,
        warnings.ofGraph,
        "spec.services[Frontend].ingress.useVirtualService: is ignored, because the operator runs " +
          "without --istio-virtual-service-gateway",
      );
      await kube.untilState("chat", "successful");
      await untilIdle(operator);
      assertEquals(await specOf(), BY_DEFAULT);
      const reads = (await cluster.audit.requests())
        .filter(({ user, resource }) => user === operator.user && resource === "virtualservices");
      assertEquals(reads, []);
    },
  );

  await t.step("the graph keeps running when Istio is removed", async () => {
    await using operator = await start();
    await kube.apply(graphs, chat());
    await kube.untilState("chat", "successful");
    await untilNoCondition(kube, graphs, "chat", "ConfigurationWarning");
    assertEquals(await specOf(), BY_DEFAULT);
    await removeVirtualServices(cluster);
    await untilCondition(kube, warnings.ofGraph, UNSERVED);
    const graph = await kube.untilState("chat", "successful");
    assertEquals(conditionOf(graph, "Ready")?.status, "True");
    await kube.delete(graphs, "chat");
    await kube.untilGone(graphs, "chat");
    await kube.untilGone(components, NAME);
    await untilIdle(operator);
  });

  await t.step("a service in a debug mode of the Go operator is refused", async () => {
    await using _operator = await startWithoutGateway();
    const annotations = { "nvidia.com/enable-debug-mode": "true" };
    await kube.apply(graphs, graphOf("debugged", { Worker: worker({ annotations }) }));
    await untilCondition(
      kube,
      { kind: graphs, name: "debugged", type: "Ready", status: "False" },
      "spec.services[Worker].annotations[nvidia.com/enable-debug-mode]: is not supported",
    );
    await kube.apply(graphs, graphOf("debugged", { Worker: worker() }));
    await kube.untilState("debugged", "successful");
    await kube.delete(graphs, "debugged");
    await kube.untilGone(graphs, "debugged");
  });
});
