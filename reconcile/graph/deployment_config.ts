import type { ResourceAmounts } from "../../crds/fields/resources.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { reasonOf } from "../../kube/errors.ts";
import { canonicalJson, isJsonObject } from "../../kube/json.ts";
import { PlanError, quantityAt } from "../dynamo/problem.ts";
import { HTTP_PORT, isFrontend } from "../dynamo/service_input.ts";

const CONFIG_ENV = "DYN_DEPLOYMENT_CONFIG";
/**
 * Field path in error messages. The path omits the index of the variable, because the merged list of variables has
 * different indexes from the lists in the graph.
 */
const CONFIG_FIELD = `envs[${CONFIG_ENV}].value`;

type JsonObject = Record<string, unknown>;

/**
 * Returns the spec of a service with the settings from its environment variable `DYN_DEPLOYMENT_CONFIG`. The value of
 * the variable is a JSON object with a key for each service. `<service>.ServiceArgs.workers` sets the replicas, unless
 * the service sets `replicas` itself. `<service>.ServiceArgs.resources` overwrites both requests and limits. For a
 * frontend, the function sets `<service>.port` in the variable to the port on which the frontend listens.
 *
 * Keys inside ServiceArgs are not case-sensitive; the name of the service must match exactly.
 *
 * @throws {PlanError} if the value of the variable is not a JSON object, or contains an invalid number or quantity
 */
export function applyDeploymentConfig(serviceName: string, spec: ComponentSpec): ComponentSpec {
  const index = (spec.envs ?? []).findIndex((env) => env.name === CONFIG_ENV);
  const env = spec.envs?.[index];
  if (!env) return spec;
  const config = parseObject(env.value ?? "");
  const settings = asObject(config[serviceName]);

  const result = { ...spec };
  if (isFrontend(spec)) {
    const ported = settings
      ? { ...config, [serviceName]: { ...settings, port: HTTP_PORT } }
      : config;
    result.envs = spec.envs?.with(index, { ...env, value: goJson(ported) });
  }
  const args = asObject(settings && settings["ServiceArgs"]);
  if (!args) return result;

  const workers = field(args, "workers");
  if (typeof workers === "number" && result.replicas === undefined) {
    result.replicas = replicasOf(serviceName, workers);
  }
  const resources = asObject(field(args, "resources"));
  if (resources) result.resources = withResources(result.resources, resources);
  return result;
}

function withResources(
  current: ComponentSpec["resources"],
  configured: JsonObject,
): NonNullable<ComponentSpec["resources"]> {
  const quantities: ResourceAmounts = {};
  for (const name of ["cpu", "memory", "gpu"] as const) {
    const quantity = field(configured, name);
    if (typeof quantity !== "string" || quantity === "") continue;
    quantityAt(CONFIG_FIELD, quantity, `Cannot use the ${name} in ${CONFIG_ENV}`);
    quantities[name] = quantity;
  }
  const custom = asObject(field(configured, "custom"));
  if (custom) {
    quantities.custom = Object.fromEntries(
      Object.entries(custom).map(([name, quantity]) => [name, String(quantity)]),
    );
  }
  return {
    ...current,
    requests: { ...current?.requests, ...quantities },
    limits: { ...current?.limits, ...quantities },
  };
}

function replicasOf(serviceName: string, workers: number): number {
  if (Number.isInteger(workers) && workers >= 0) return workers;
  throw new PlanError(
    CONFIG_FIELD,
    `Cannot run ${workers} workers of "${serviceName}": use a whole number of zero or more`,
  );
}

function parseObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = reasonOf(error);
    throw new PlanError(CONFIG_FIELD, `Cannot read ${CONFIG_ENV} as JSON: ${reason}`);
  }
  if (isJsonObject(value)) return value;
  throw new PlanError(CONFIG_FIELD, `Cannot read ${CONFIG_ENV}: it must be a JSON object`);
}

function asObject(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

function field(object: JsonObject, name: string): unknown {
  const key = Object.keys(object).find((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}

/** Returns JSON with sorted keys. Escapes the same characters as Go's JSON encoder. */
function goJson(value: unknown): string {
  return canonicalJson(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
