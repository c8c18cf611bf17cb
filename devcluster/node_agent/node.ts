import type { Api } from "../api.ts";

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
/**
 * Interval of Lease renewals. After 50 s without a renewal, the node lifecycle controller marks a node as not ready.
 */
const RENEW_INTERVAL_MS = 10_000;
const LEASE_SECONDS = 40;

/** Returns the name of an extended resource that only this node offers. The taint of the node has the same name. */
function slotResource(node: string): string {
  return `devcluster.local/${node}`;
}

/** Creates a node that is ready until the returned object is disposed of. */
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
    renewing = renewing.catch((error) => console.error(`Node "${name}": ${error}`));
  }, RENEW_INTERVAL_MS);
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
    message: "The agent is running",
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
    // The admission plugin ExtendedResourceToleration adds a matching toleration to pods that request the resource.
    spec: { taints: [{ key: slotResource(name), effect: "NoSchedule" }] },
    status: { capacity, allocatable: capacity, conditions: [ready] },
  };
}

/**
 * Returns a LimitRange that makes every container of a namespace request the extended resource of a node. Only this
 * node can then run the pods.
 */
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
