import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { MAX_REQUEST_NAME } from "../../crds/names.ts";
import { type ConfigMap, configMaps, persistentVolumeClaims } from "../../kube/builtin.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { annotationFaults, labelFaults } from "../dynamo/metadata_rules.ts";
import {
  checkObjectName,
  isNamespaceName,
  isServiceName,
  NO_SERVICE_NAME,
} from "../dynamo/object_names.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { creationRefusal, type GraphAccess } from "./access.ts";
import { isPlainText } from "./go_yaml.ts";
import { BASE_GRAPH_FILE } from "./names.ts";
import { profilerConfig } from "./profiler_config.ts";

/** State of the cluster and of the operator that determines whether a request is valid. */
export interface ValidationInput {
  /** Whether the operator manages one namespace only. */
  namespaceScoped: boolean;
  /** The ConfigMap in `configMapRef`; undefined if it does not exist, or if the request refers to none. */
  baseGraph: ConfigMap | undefined;
  /** Whether the operator may create the graph in its namespace. */
  graphAccess: GraphAccess;
}

/**
 * Returns the mistakes in a request. Profiling can take hours, so the function also checks fields that the operator
 * uses only afterwards, such as the name of the graph.
 */
export function requestProblems(
  request: DynamoGraphDeploymentRequest,
  input: ValidationInput,
): Problem[] {
  const { spec } = request;
  if (!spec?.profilingConfig) return [invalid("spec.profilingConfig", "Is required")];
  const { profilerImage, outputPVC } = spec.profilingConfig;
  return [
    ...nameProblems(request),
    ...(profilerImage ? [] : [invalid("spec.profilingConfig.profilerImage", "Is required")]),
    ...caught(() => profilerConfig(request)),
    ...(outputPVC === undefined
      ? []
      : caught(() =>
        checkObjectName("spec.profilingConfig.outputPVC", persistentVolumeClaims.kind, outputPVC)
      )),
    ...baseGraphProblems(request, input.baseGraph),
    ...gpuDiscoveryProblems(request, input.namespaceScoped),
    ...overrideProblems(request, input),
  ];
}

function nameProblems({ metadata: { name, namespace = "" } }: DynamoGraphDeploymentRequest) {
  const problems: Problem[] = [];
  if (name.length > MAX_REQUEST_NAME) {
    problems.push(invalid(
      "metadata.name",
      `"${name}" has ${name.length} characters, but the Job profile-NAME allows at most ${MAX_REQUEST_NAME}: ` +
        "create the request with a shorter name",
    ));
  }
  for (const [field, value] of [["metadata.name", name], ["metadata.namespace", namespace]]) {
    if (value === undefined || isPlainText(value)) continue;
    problems.push(invalid(
      field ?? "",
      `YAML parsers do not read "${value}" as a string, so the profiling pod cannot store its output: ` +
        "create the request with a name and in a namespace that YAML parsers read as strings, such as team-1",
    ));
  }
  return problems;
}

function baseGraphProblems(
  { spec: { profilingConfig: { configMapRef } } }: DynamoGraphDeploymentRequest,
  baseGraph: ConfigMap | undefined,
): Problem[] {
  if (!configMapRef) return [];
  const field = "spec.profilingConfig.configMapRef";
  const { name, key = BASE_GRAPH_FILE } = configMapRef;
  const wrongName = caught(() => checkObjectName(`${field}.name`, configMaps.kind, name));
  if (wrongName.length > 0) return wrongName;
  if (!baseGraph) {
    return [invalid(`${field}.name`, `ConfigMap "${name}" does not exist: create it`)];
  }
  if (baseGraph.data?.[key] !== undefined || baseGraph.binaryData?.[key] !== undefined) return [];
  return [invalid(`${field}.key`, `ConfigMap "${name}" lacks the key "${key}": add it`)];
}

function gpuDiscoveryProblems({ spec }: DynamoGraphDeploymentRequest, namespaceScoped: boolean) {
  if (!spec.enableGpuDiscovery || !namespaceScoped) return [];
  return [invalid(
    "spec.enableGpuDiscovery",
    "spec.enableGpuDiscovery can only be set to true for cluster-wide operators, because it reads nodes: set it to " +
      "false, and set hardware.min_num_gpus_per_engine, hardware.max_num_gpus_per_engine and " +
      "hardware.num_gpus_per_node in spec.profilingConfig.config",
  )];
}

function overrideProblems(
  request: DynamoGraphDeploymentRequest,
  { namespaceScoped, graphAccess }: ValidationInput,
): Problem[] {
  const { metadata, spec: { deploymentOverrides = {} } } = request;
  const { name, namespace, labels, annotations } = deploymentOverrides;
  const path = "spec.deploymentOverrides";
  const problems = [
    ...labelFaults(`${path}.labels`, labels),
    ...annotationFaults(`${path}.annotations`, annotations),
  ].map(({ field, message }) => invalid(field, message));
  if (name && !isServiceName(name)) {
    problems.push(invalid(
      `${path}.name`,
      `"${name}" ${NO_SERVICE_NAME}, and Services are named after the graph: change the name`,
    ));
  }
  if (!namespace || namespace === metadata.namespace) return problems;
  const refusal = creationRefusal(request, namespace, graphAccess);
  if (!isNamespaceName(namespace)) {
    problems.push(invalid(
      `${path}.namespace`,
      `"${namespace}" is not a valid namespace: use at most 63 lower-case letters, digits and hyphens`,
    ));
  } else if (namespaceScoped) {
    problems.push(invalid(
      `${path}.namespace`,
      `"${namespace}" is not the namespace of the operator: remove the field, or use a cluster-wide operator`,
    ));
  } else if (refusal) {
    problems.push(invalid(`${path}.namespace`, refusal));
  }
  return problems;
}

function caught(check: () => unknown): Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return [invalid(error.field, error.message)];
  }
}

function invalid(field: string, message: string): Problem {
  return { reason: REASONS.validationFailed, field, message };
}
