import type {
  DynamoGraphDeploymentScalingAdapter,
  ScalingAdapterStatus,
} from "../../crds/kinds/scaling_adapter.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { controllerReference } from "../apply/ownership.ts";
import { componentName } from "../dynamo/names.ts";
import { scalingAdapters } from "../dynamo/resources.ts";

/** Returns the stored adapter of a service. The graph controls the adapter. */
export function adapterOf(
  graph: DynamoGraphDeployment,
  serviceName: string,
  replicas: number,
  { status, metadata }: {
    status?: ScalingAdapterStatus;
    metadata?: Partial<DynamoGraphDeploymentScalingAdapter["metadata"]>;
  } = {},
): DynamoGraphDeploymentScalingAdapter {
  const { name, namespace } = graph.metadata;
  return {
    apiVersion: scalingAdapters.apiVersion,
    kind: scalingAdapters.kind,
    metadata: {
      name: componentName(name, serviceName),
      ...(namespace && { namespace }),
      uid: `uid-of-${serviceName}`,
      resourceVersion: "7",
      generation: 1,
      labels: {
        "nvidia.com/dynamo-component": serviceName,
        "nvidia.com/dynamo-graph-deployment-name": name,
      },
      ownerReferences: [controllerReference(graph)],
      ...metadata,
    },
    spec: { replicas, dgdRef: { name, serviceName } },
    ...(status && { status }),
  };
}
