/** What a fake node offers; the amounts are more than any sample graph asks for. */
const CAPACITY: Readonly<Record<string, string>> = {
  "cpu": "1000",
  "memory": "4Ti",
  "ephemeral-storage": "100Ti",
  "pods": "100000",
  "nvidia.com/gpu": "4096",
  "rdma/ib": "4096",
  "gpu.intel.com/xe": "64",
};

/** The manifest of a node that kwok plays. Its conditions are set by kwok. */
export function fakeNode(name: string): Record<string, unknown> {
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
