import type { KubeObject } from "../../kube/object.ts";

export interface ObjectOptions {
  /** Uid of the controller; objects made here have their name as uid. */
  maker?: string;
  uid?: string;
  generation?: number;
  deleting?: boolean;
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** An object of the namespace "demo" as the API server would return it, with only what is of interest. */
export function stored(kind: string, name: string, options: ObjectOptions = {}): KubeObject {
  const { maker, uid = name, generation = 1, deleting, spec, status } = options;
  const owner = {
    apiVersion: "v1",
    kind: "Owner",
    name: maker ?? "",
    uid: maker ?? "",
    controller: true,
  };
  return {
    apiVersion: "v1",
    kind,
    metadata: {
      name,
      namespace: "demo",
      uid,
      generation,
      ...(maker !== undefined && { ownerReferences: [owner] }),
      ...(deleting && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    ...(spec && { spec }),
    ...(status && { status }),
  };
}

/** A graph with one service "Decode" of two replicas, of which `ready` are ready, and all that was made for it. */
export function decodeGraph(ready: number): KubeObject[] {
  const counts = {
    replicas: 2,
    updatedReplicas: 2,
    readyReplicas: ready,
    availableReplicas: ready,
  };
  const done = ready === 2;
  const available = {
    type: "Available",
    status: done ? "True" : "False",
    reason: done ? "DeploymentReady" : "DeploymentNotReady",
  };
  const pod = (name: string, isReady: boolean) =>
    stored("Pod", name, {
      maker: "rs",
      spec: { containers: [{ name: "main" }] },
      status: {
        phase: isReady ? "Running" : "Pending",
        conditions: [{ type: "Ready", status: isReady ? "True" : "False" }],
        containerStatuses: [{ ready: isReady }],
      },
    });
  return [
    pod("pod-b", ready > 1),
    pod("pod-a", ready > 0),
    stored("ReplicaSet", "rs", { maker: "deployment", status: { observedGeneration: 1 } }),
    stored("Service", "chat-decode", { maker: "component", uid: "service" }),
    stored("Deployment", "chat-decode", {
      maker: "component",
      uid: "deployment",
      spec: { replicas: 2 },
      status: { ...counts, observedGeneration: 1 },
    }),
    stored("DynamoComponentDeployment", "chat-decode", {
      maker: "graph",
      uid: "component",
      spec: { replicas: 2 },
      status: { conditions: [available], service: counts, observedGeneration: 1 },
    }),
    stored("DynamoGraphDeployment", "chat", {
      uid: "graph",
      spec: { services: { Decode: { replicas: 2 } } },
      status: {
        state: done ? "successful" : "pending",
        services: { Decode: counts },
        observedGeneration: 1,
      },
    }),
  ];
}
