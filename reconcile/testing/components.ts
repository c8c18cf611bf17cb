import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { LABELS } from "../../crds/labels.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { type ServiceInput, serviceOf, type ServiceSpec } from "../dynamo/service_input.ts";

type Metadata = Partial<DynamoComponentDeployment["metadata"]>;

/** Returns a standalone component named `solo` in the namespace `ns`, with the given spec and metadata. */
export function soloComponent(
  spec: ServiceSpec,
  metadata: Metadata = {},
): DynamoComponentDeployment {
  return {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: { name: "solo", namespace: "ns", uid: "uid-solo", generation: 1, ...metadata },
    spec: { dynamoNamespace: "dyn", ...spec },
  };
}

/** Returns the stored component of service `Worker` in graph `demo` in namespace `ns`. */
export function graphComponent(
  spec: ServiceSpec,
  metadata: Metadata = {},
): DynamoComponentDeployment {
  const labels = {
    [LABELS.component]: "Worker",
    [LABELS.dynamoNamespace]: "ns-demo",
    [LABELS.graphName]: "demo",
  };
  const { apiVersion, kind } = graphs;
  const owner = { apiVersion, kind, name: "demo", uid: "uid-demo" };
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }];
  return soloComponent(
    {
      componentType: "worker",
      serviceName: "Worker",
      dynamoNamespace: "ns-demo",
      labels,
      ...spec,
    },
    { name: "demo-worker", uid: "uid-worker", labels, ownerReferences, ...metadata },
  );
}

export function soloService(spec: ServiceSpec, metadata?: Metadata): ServiceInput {
  return serviceOf(soloComponent(spec, metadata), "");
}

export function graphService(spec: ServiceSpec, metadata?: Metadata): ServiceInput {
  return serviceOf(graphComponent(spec, metadata), "demo");
}
