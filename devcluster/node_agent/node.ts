import type { Api } from "../api.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
/** The node-lifecycle controller gives up a node that has been silent for forty seconds. */
const RENEW_EVERY_MS = 10_000;
const LEASE_SECONDS = 40;

/** A slot of a node, as a resource that only pods which ask for it get, and which the node is tainted with. */
function slotResource(node: string): string {
  return `devcluster.local/${node}`;
}

/** Puts a node in the cluster that says it is ready for as long as the returned object is not disposed of. */
export async function joinNode(api: Api, name: string): Promise<AsyncDisposable> {
  const lease = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease" },
    spec: { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime: microTime() },
  };
  await api.ensure(LEASES, lease);
  await api.ensure("/api/v1/nodes", nodeManifest(name));
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = api.request<void>(
      "PATCH",
      `${LEASES}/${name}`,
      { spec: { renewTime: microTime() } },
      { "content-type": "application/merge-patch+json" },
    );
    // Without a renewal the cluster takes the node for dead, which then shows in what it does.
    renewing = renewing.catch((error) => console.error(`Node "${name}": ${error}`));
  }, RENEW_EVERY_MS);
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await renewing;
      await api.request("DELETE", `/api/v1/nodes/${name}`);
      await api.request("DELETE", `${LEASES}/${name}`);
    },
  };
}

function nodeManifest(name: string): Record<string, unknown> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const capacity = { cpu: "1000", memory: "4Ti", pods: "1000", [slotResource(name)]: "1000" };
  const ready = {
    type: "Ready",
    status: "True",
    reason: "AgentReady",
    message: "The agent runs",
    lastHeartbeatTime: now,
    lastTransitionTime: now,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", type: "agent" },
    },
    // Tolerated by pods that ask for the resource of this name: admission adds that toleration.
    spec: { taints: [{ key: slotResource(name), effect: "NoSchedule" }] },
    status: { capacity, allocatable: capacity, conditions: [ready] },
  };
}

/** Makes every container of a namespace ask for a slot of a node, so that its pods are placed there. */
export function slotLimits(node: string, namespace: string): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: `slot-${node}`, namespace },
    spec: { limits: [{ type: "Container", default: { [slotResource(node)]: "1" } }] },
  };
}

function microTime(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
