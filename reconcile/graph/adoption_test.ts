// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { completed, decide } from "../apply/decide.ts";
import type { Planned } from "../apply/planned.ts";
import { planComponent } from "../component/plan.ts";
import { hasSameIdentity } from "../dynamo/child_identity.ts";
import { graph } from "../testing/graph_builder.ts";
import { componentObserved, graphObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { planGraph } from "./plan.ts";

interface Child {
  parent: KubeObject;
  planned: Planned;
}

/** Returns the owned children of a graph and of its components, each with its parent. */
function childrenOf(object: DynamoGraphDeployment): Child[] {
  const config = platformConfig({
    ingress: { className: "nginx", tlsSecretName: "", hostSuffix: "" },
    virtualServiceGateway: "istio-system/public",
  });
  const plan = planGraph(object, graphObserved(), config);
  const ofGraph = plan.planned.map((planned) => ({ parent: object, planned }));
  const ofComponents = [...plan.components.values()].flatMap((manifest) => {
    const parent: DynamoComponentDeployment = {
      ...manifest,
      metadata: { ...manifest.metadata, uid: `${object.metadata.uid}-${manifest.metadata.name}` },
    };
    const observed = componentObserved({
      graphName: object.metadata.name,
      kinds: [virtualServices],
    });
    return planComponent(parent, observed, config).planned
      .map((planned) => ({ parent, planned }));
  });
  return [...ofGraph, ...ofComponents].filter(({ planned }) => planned.policy === "own");
}

/** Returns the stored children of a graph after `kubectl delete --cascade=orphan`, keyed by kind and name. */
function orphansOf(object: DynamoGraphDeployment): Map<string, KubeObject> {
  return new Map(
    childrenOf(object).map(({ parent, planned }) => {
      const manifest = completed({ parent, planned, live: undefined });
      const { ownerReferences: _owners, ...metadata } = manifest.metadata;
      return [keyOf(manifest), { ...manifest, metadata: { ...metadata, uid: "uid" } }];
    }),
  );
}

/** Returns the operator's decision about each child of a graph, keyed by kind and name. */
function decisions(object: DynamoGraphDeployment, stored: Map<string, KubeObject>) {
  const entries = childrenOf(object).map(({ parent, planned }) => {
    const live = stored.get(keyOf(planned.manifest));
    const decision = decide({
      parent,
      planned,
      live,
      dropped: { get: () => undefined },
      hasSameIdentity,
    });
    const result = decision.action === "apply" && decision.adopts ? "adopt" : decision.action;
    return [keyOf(planned.manifest), result] as const;
  });
  return Object.fromEntries(entries);
}

function keyOf({ kind, metadata: { name } }: KubeObject): string {
  return `${kind}/${name}`;
}

/** Returns a graph that a user has created again after its deletion. */
function recreated(change: Parameters<ReturnType<typeof graph>["withWorker"]>[1] = {}) {
  return graph().withFrontend().withWorker("Decode", change).withMetadata({ uid: "new" });
}

const ORPHANS = orphansOf(graph().withFrontend().withWorker("Decode").build());
const ALL_ADOPTED = Object.fromEntries([...ORPHANS.keys()].map((key) => [key, "adopt"]));

Deno.test("a graph that is created again adopts all its former children", () => {
  assertEquals(Object.keys(ALL_ADOPTED).sort(), [
    "Deployment/chat-decode",
    "Deployment/chat-frontend",
    "DynamoComponentDeployment/chat-decode",
    "DynamoComponentDeployment/chat-frontend",
    "Ingress/chat-frontend",
    "Role/chat-k8s-service-discovery-role",
    "RoleBinding/chat-k8s-service-discovery-binding",
    "Service/chat-decode",
    "Service/chat-frontend",
    "ServiceAccount/chat-k8s-service-discovery",
    "VirtualService/chat-frontend",
  ]);
  assertEquals(decisions(recreated().build(), ORPHANS), ALL_ADOPTED);
});

Deno.test("a graph that is created again with other labels or another model adopts all its former children", () => {
  const labels = { team: "red", "app.kubernetes.io/name": "chat" };
  assertEquals(decisions(recreated({ labels }).build(), ORPHANS), ALL_ADOPTED);
  const modelRef = { name: "Qwen/Qwen3-0.6B" };
  assertEquals(decisions(recreated({ modelRef }).build(), ORPHANS), ALL_ADOPTED);
});

Deno.test("a graph adopts its former children after a restore into another namespace", () => {
  const moved = recreated().withMetadata({ namespace: "other" }).build();
  const restored = new Map([...ORPHANS].map(([key, orphan]) => {
    const metadata = { ...orphan.metadata, namespace: "other" };
    return [key, { ...orphan, metadata }];
  }));
  assertEquals(decisions(moved, restored), ALL_ADOPTED);
});

Deno.test("a graph never adopts the former children of another graph", () => {
  // Both graphs need a component named "chat-a-decode": graph "chat" for service "A-Decode", and graph "chat-a" for
  // service "Decode".
  const orphans = orphansOf(graph("chat").withWorker("A-Decode").build());
  const other = decisions(graph("chat-a").withWorker("Decode").build(), orphans);
  const shared = Object.entries(other).filter(([key]) => orphans.has(key));
  assertEquals(Object.fromEntries(shared), {
    "DynamoComponentDeployment/chat-a-decode": "blocked",
    "Deployment/chat-a-decode": "blocked",
    "Service/chat-a-decode": "blocked",
  });
});
