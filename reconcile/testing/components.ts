import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";

/** An installation without any settings. */
export const bareConfig: PlatformConfig = {
  natsAddr: "",
  etcdAddr: "",
  modelExpressUrl: "",
  prometheusEndpoint: "",
  discoveryBackend: "kubernetes",
  ingress: { className: "", tlsSecretName: "", hostSuffix: "" },
  plannerClusterRoleName: "",
  plannerAccessGiven: false,
  pullSecretDiscovery: true,
};

type Metadata = Partial<DynamoComponentDeployment["metadata"]>;

/** A component `solo` on its own in the namespace `ns`; metadata may be changed. */
export function soloComponent(
  spec: DynamoComponentDeployment["spec"],
  metadata: Metadata = {},
): DynamoComponentDeployment {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: { name: "solo", namespace: "ns", uid: "uid-solo", generation: 1, ...metadata },
    spec: { dynamoNamespace: "dyn", ...spec },
  };
}

/** The component of the service `Worker` of a graph `demo` in the namespace `ns`, as the graph's plan makes it. */
export function graphComponent(
  spec: DynamoComponentDeployment["spec"],
  metadata: Metadata = {},
): DynamoComponentDeployment {
  const labels = {
    "nvidia.com/dynamo-component": "Worker",
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-graph-deployment-name": "demo",
  };
  const graph = {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    name: "demo",
    uid: "uid-demo",
    controller: true,
    blockOwnerDeletion: true,
  };
  return soloComponent(
    {
      componentType: "worker",
      serviceName: "Worker",
      dynamoNamespace: "ns-demo",
      labels,
      ...spec,
    },
    { name: "demo-worker", uid: "uid-worker", labels, ownerReferences: [graph], ...metadata },
  );
}
