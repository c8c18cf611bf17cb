import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { quantityAt } from "../dynamo/quantity.ts";
import { reasonOf } from "../../kube/errors.ts";

const CONFIG_ENV = "DYN_DEPLOYMENT_CONFIG";
/** By its name, since a list that is merged from several has other places than any of them. */
const CONFIG_FIELD = `envs[${CONFIG_ENV}].value`;
const FRONTEND_PORT = 8000;

type JsonObject = Record<string, unknown>;

/**
 * Applies the environment variable `DYN_DEPLOYMENT_CONFIG`, a JSON object of settings per service, to one service:
 * `<service>.ServiceArgs.workers` gives the replicas (the service's own `replicas` win), `.resources` overwrites
 * requests and limits alike, and for a frontend `<service>.port` becomes the port it really listens on.
 *
 * Keys inside ServiceArgs are matched whatever their case; the service's name is matched exactly.
 *
 * @throws {PlanError} if the variable is set and its value is not a JSON object, or asks for what cannot be
 */
export function applyDeploymentConfig(serviceName: string, spec: ComponentSpec): ComponentSpec {
  const index = (spec.envs ?? []).findIndex((env) => env.name === CONFIG_ENV);
  const env = spec.envs?.[index];
  if (!env) return spec;
  const config = parseObject(env.value ?? "");
  const settings = asObject(config[serviceName]);

  const result = { ...spec };
  if (spec.componentType === "frontend") {
    const ported = settings
      ? { ...config, [serviceName]: { ...settings, port: FRONTEND_PORT } }
      : config;
    result.envs = spec.envs?.with(index, { ...env, value: stringifySorted(ported) });
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
  const amounts: { cpu?: string; memory?: string; gpu?: string; custom?: Record<string, string> } =
    {};
  for (const name of ["cpu", "memory", "gpu"] as const) {
    const amount = field(configured, name);
    if (typeof amount !== "string" || amount === "") continue;
    quantityAt(CONFIG_FIELD, amount, `Cannot use the ${name} in ${CONFIG_ENV}`);
    amounts[name] = amount;
  }
  const custom = asObject(field(configured, "custom"));
  if (custom) {
    amounts.custom = Object.fromEntries(
      Object.entries(custom).map(([name, amount]) => [name, String(amount)]),
    );
  }
  return {
    ...current,
    requests: { ...current?.requests, ...amounts },
    limits: { ...current?.limits, ...amounts },
  };
}

function replicasOf(serviceName: string, workers: number): number {
  if (Number.isInteger(workers) && workers >= 0) return workers;
  throw new PlanError(
    CONFIG_FIELD,
    `Cannot run ${workers} workers of "${serviceName}": write a whole number of zero or more`,
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
  const object = asObject(value);
  if (!object) {
    throw new PlanError(CONFIG_FIELD, `Cannot read ${CONFIG_ENV}: it must be a JSON object`);
  }
  return object;
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as JsonObject
    : undefined;
}

function field(object: JsonObject, name: string): unknown {
  const key = Object.keys(object).find((key) => key.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}

/** Compact JSON with sorted keys, with the characters escaped that Go's encoder escapes. */
function stringifySorted(value: unknown): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    const object = asObject(value);
    if (!object) return value;
    return Object.fromEntries(
      Object.keys(object).sort().map((key) => [key, sorted(object[key])]),
    );
  };
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
