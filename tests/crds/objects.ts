const API_VERSION = "nvidia.com/v1alpha1";

/** Returns a graph with these services. The fields of `spec` extend or override the spec of the graph. */
export function graph(
  name: string,
  services: Record<string, unknown>,
  spec: Record<string, unknown> = {},
): Record<string, unknown> {
  const kind = "DynamoGraphDeployment";
  return { apiVersion: API_VERSION, kind, metadata: { name }, spec: { services, ...spec } };
}

export function component(name: string, spec: Record<string, unknown>): Record<string, unknown> {
  const kind = "DynamoComponentDeployment";
  return { apiVersion: API_VERSION, kind, metadata: { name }, spec };
}

/** Returns a complete deployment request. The fields of `profilingConfig` override its default fields. */
export function request(
  name: string,
  profilingConfig: Record<string, unknown>,
): Record<string, unknown> {
  return {
    apiVersion: API_VERSION,
    kind: "DynamoGraphDeploymentRequest",
    metadata: { name },
    spec: {
      model: "acme/model",
      backend: "vllm",
      profilingConfig: {
        profilerImage: "profiler:1",
        config: { sla: { ttft: 200 } },
        ...profilingConfig,
      },
    },
  };
}

/** Returns a model of the default type `base`. The fields of `spec` extend or override the spec of the model. */
export function model(name: string, spec: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    apiVersion: API_VERSION,
    kind: "DynamoModel",
    metadata: { name },
    spec: { modelName: "acme/tuned", baseModelName: "acme/model", ...spec },
  };
}

export function adapter(name: string, spec: Record<string, unknown>): Record<string, unknown> {
  const kind = "DynamoGraphDeploymentScalingAdapter";
  return { apiVersion: API_VERSION, kind, metadata: { name }, spec };
}

/** Returns a partition job with exactly this spec, which may violate validation rules. */
export function partitionJob(name: string, spec: Record<string, unknown>): Record<string, unknown> {
  return {
    apiVersion: "dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1",
    kind: "DdbctlDpJob",
    metadata: { name },
    spec,
  };
}
