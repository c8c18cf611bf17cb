import type { Warning } from "../dynamo/warning.ts";
import { isFrontend, isWorker, type ServiceSpec } from "../dynamo/service_input.ts";
import { mergeEnv, typeEnv } from "./env_precedence.ts";
import { frameworkOf } from "./frameworks/framework.ts";
import { multinodeWarnings } from "./multinode_warnings.ts";
import { containerPorts } from "./ports.ts";
import { volumeWarnings } from "./volumes.ts";

/**
 * Returns a warning for each setting of a service that the operator ignores, or that probably prevents the pods from
 * becoming ready. The operator accepts such settings, because the Go operator does, and such services may already run.
 */
export function warningsOf(spec: ServiceSpec): Warning[] {
  const warnings: Warning[] = [];
  if (spec.autoscaling?.enabled) {
    warnings.push({ field: "autoscaling", message: "is ignored: set replicas" });
  }
  const { serviceAccount, serviceAccountName } = spec.extraPodSpec ?? {};
  if (serviceAccount && serviceAccount !== serviceAccountName) {
    warnings.push({
      field: "extraPodSpec.serviceAccount",
      message: "is ignored, because the field is deprecated: set serviceAccountName",
    });
  }
  warnings.push(...volumeWarnings(spec, frameworkOf(spec)));
  warnings.push(...multinodeWarnings(spec));
  const mismatch = portMismatch(spec);
  if (mismatch) warnings.push(mismatch);
  return warnings;
}

const PORTS = "extraPodSpec.mainContainer.ports";

/** Returns a warning if the probes or the Service refer to a port that the program does not listen on. */
function portMismatch(spec: ServiceSpec): Warning | undefined {
  const [variable, name] = isFrontend(spec)
    ? ["DYN_HTTP_PORT", "http"]
    : isWorker(spec)
    ? ["DYN_SYSTEM_PORT", "system"]
    : [];
  const { mainContainer, containers = [] } = spec.extraPodSpec ?? {};
  const { env, command = [], args = [] } = mainContainer ?? {};
  const listens = mergeEnv(typeEnv(spec), env, spec.envs)
    .find((candidate) => candidate.name === variable)?.value;
  const port = containerPorts(spec)?.find((candidate) => candidate.name === name);
  if (name && !port && !containers.some(({ ports }) => ports?.some((one) => one.name === name))) {
    const message = `the Service refers to the port "${name}", which no container has: add it`;
    return { field: PORTS, message };
  }
  if (!port || listens === undefined || Number(listens) === port.containerPort) return undefined;
  // An argument such as `--http-port 9000` overrides the environment variable that sets the port.
  if ([...command, ...args].some((text) => text.includes(`${port.containerPort}`))) {
    return undefined;
  }
  return {
    field: PORTS,
    message: `the port "${name}", which the probes and the Service use, is ` +
      `${port.containerPort}, but ${variable} is "${listens}": set containerPort of the port ` +
      `"${name}" to the value of ${variable}`,
  };
}
