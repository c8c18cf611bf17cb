import type { V1ContainerPort } from "@kubernetes/client-node";
import { PlanError } from "../dynamo/problem.ts";
import {
  HTTP_PORT,
  isFrontend,
  isPlanner,
  isWorker,
  PLANNER_METRICS_PORT,
  type ServiceSpec,
  SYSTEM_PORT,
} from "../dynamo/service_input.ts";
import { containerProbes } from "./probes.ts";

/** Returns the default port for the type of a component; undefined if the type has none. */
export function defaultPort(spec: ServiceSpec): V1ContainerPort | undefined {
  if (isFrontend(spec)) return { protocol: "TCP", name: "http", containerPort: HTTP_PORT };
  if (isWorker(spec)) return { protocol: "TCP", name: "system", containerPort: SYSTEM_PORT };
  if (!isPlanner(spec)) return undefined;
  return { protocol: "TCP", name: "metrics", containerPort: PLANNER_METRICS_PORT };
}

/**
 * Returns the ports of the main container: the user's ports, or the default port if the user sets none. If a readiness
 * or startup probe refers to the default port by name, and no user port has this name, the default port is added.
 * Without it, the pod would never become ready. Otherwise, the user's ports are unchanged, as in the Go operator.
 *
 * @throws {PlanError} if the user gives the number of the default port another name
 */
export function containerPorts(spec: ServiceSpec): V1ContainerPort[] | undefined {
  const port = defaultPort(spec);
  const users = spec.extraPodSpec?.mainContainer?.ports ?? [];
  if (users.length === 0) return port && [port];
  if (!port?.name || users.some(({ name }) => name === port.name)) return users;
  const { readinessProbe, startupProbe } = containerProbes(spec);
  if (![readinessProbe, startupProbe].some((probe) => probe?.httpGet?.port === port.name)) {
    return users;
  }
  const index = users.findIndex(({ containerPort, protocol }) =>
    containerPort === port.containerPort && (protocol || "TCP") === port.protocol
  );
  const same = users[index];
  if (!same) return [...users, port];
  if (!same.name) return users.with(index, { ...same, name: port.name });
  throw new PlanError(
    `extraPodSpec.mainContainer.ports[${index}].name`,
    `port ${port.containerPort} has the name "${same.name}", but the probes and the Service ` +
      `refer to it as "${port.name}": rename it to "${port.name}"`,
  );
}
