import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { isJsonObject } from "../../kube/json.ts";
import { PlanError } from "../dynamo/problem.ts";
import { goYaml } from "./go_yaml.ts";
import { BASE_GRAPH_FILE, CONFIG_FOLDER, OUTPUT_FOLDER } from "./names.ts";

const CONFIG = "spec.profilingConfig.config";

type Config = Record<string, unknown>;

/**
 * Returns the configuration of the profiler as YAML: the user's configuration, with values from other fields of the
 * spec.
 *
 * @throws {PlanError} if the configuration is empty, or if its section `deployment` or `engine` is not an object
 */
export function profilerConfig({ metadata, spec }: DynamoGraphDeploymentRequest): string {
  const { config, configMapRef } = spec.profilingConfig;
  const { workersImage } = spec.deploymentOverrides ?? {};
  if (!isJsonObject(config) || Object.keys(config).length === 0) {
    throw new PlanError(CONFIG, "Is required and must not be empty");
  }
  const deployment = section(config, "deployment");
  const engine = section(config, "engine");
  return goYaml({
    ...config,
    deployment: {
      ...deployment,
      namespace: deployment["namespace"] ?? metadata.namespace,
      model: spec.model,
      ...(workersImage && { dgd_image: workersImage }),
    },
    engine: {
      ...engine,
      backend: spec.backend,
      ...(configMapRef && { config: `${CONFIG_FOLDER}/${BASE_GRAPH_FILE}` }),
    },
    output_dir: config["output_dir"] ?? OUTPUT_FOLDER,
  });
}

/** Returns whether the profiler simulates the workers with the AI Configurator. */
export function usesAiConfigurator({ spec }: DynamoGraphDeploymentRequest): boolean {
  const { sweep } = spec.profilingConfig.config ?? {};
  return isJsonObject(sweep) && sweep["use_ai_configurator"] === true;
}

/** Returns a message for each value of the configuration that the operator replaces with a value of the spec. */
export function replacedValues(
  { spec }: DynamoGraphDeploymentRequest,
): { field: string; message: string }[] {
  const { config } = spec?.profilingConfig ?? {};
  if (!config) return [];
  const replaced = [
    { section: "engine", key: "backend", by: "spec.backend", value: spec.backend },
    { section: "deployment", key: "model", by: "spec.model", value: spec.model },
  ];
  return replaced.flatMap(({ section, key, by, value }) => {
    const values = config[section];
    const given = isJsonObject(values) ? values[key] : undefined;
    if (given === undefined || given === value) return [];
    const message = `${JSON.stringify(given)} is replaced by ${by} "${value}": remove the field`;
    return [{ field: `${CONFIG}.${section}.${key}`, message }];
  });
}

function section(config: Config, name: string): Config {
  const value = config[name] ?? {};
  if (isJsonObject(value)) return value;
  throw new PlanError(`${CONFIG}.${name}`, `${JSON.stringify(value)} is not an object: use fields`);
}
