/** ClusterRole of kwok, with only the permissions that kwok needs to simulate nodes and kubelets. */
export const KWOK_ROLE = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRole",
  metadata: { name: "kwok" },
  rules: [
    { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
    {
      apiGroups: [""],
      resources: ["pods"],
      verbs: ["get", "list", "watch", "update", "patch", "delete"],
    },
    { apiGroups: [""], resources: ["nodes/status", "pods/status"], verbs: ["update", "patch"] },
    {
      apiGroups: ["", "events.k8s.io"],
      resources: ["events"],
      verbs: ["create", "update", "patch"],
    },
    {
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      verbs: ["get", "list", "watch", "create", "update", "patch"],
    },
  ],
};

export const KWOK_ROLE_BINDING = {
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name: "kwok" },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kwok" },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "kwok" }],
};

/** Configuration file of kwok. It contains no Stage objects, so kwok uses its built-in stages for nodes and pods. */
export const KWOK_CONFIGURATION = JSON.stringify({
  apiVersion: "config.kwok.x-k8s.io/v1alpha1",
  kind: "KwokConfiguration",
});

/** Capacity of a simulated node: more than any graph in examples/ requests. */
const CAPACITY: Readonly<Record<string, string>> = {
  "cpu": "1000",
  "memory": "4Ti",
  "ephemeral-storage": "100Ti",
  "pods": "100000",
  "nvidia.com/gpu": "4096",
  "rdma/ib": "4096",
  "gpu.intel.com/xe": "64",
};

/** Returns the manifest of a node that kwok simulates. The manifest omits the conditions, because kwok sets them. */
export function simulatedNode(name: string): Record<string, unknown> {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: {
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "pool": "cpu",
        "type": "kwok",
      },
    },
    status: { allocatable: CAPACITY, capacity: CAPACITY },
  };
}
