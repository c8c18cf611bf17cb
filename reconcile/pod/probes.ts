import type { V1Container, V1Probe } from "@kubernetes/client-node";
import { PlanError } from "../dynamo/problem.ts";
import { isFrontend, isWorker, type ServiceSpec } from "../dynamo/service_input.ts";

/** The probes of a container. */
export type Probes = Pick<V1Container, "livenessProbe" | "readinessProbe" | "startupProbe">;

const HANDLERS = ["exec", "grpc", "httpGet", "tcpSocket"] as const;

/**
 * Returns the probes of the main container. A probe of the service replaces the probe of its `mainContainer`, which
 * replaces the default probe of the component type. A probe without a handler, such as `{ initialDelaySeconds: 180 }`,
 * overrides only the given settings of the default probe.
 *
 * @throws {PlanError} if a probe lacks a handler, and the component type lacks a default for this probe
 */
export function containerProbes(spec: ServiceSpec): Probes {
  const defaults = defaultProbes(spec);
  const { livenessProbe, readinessProbe, startupProbe } = spec.extraPodSpec?.mainContainer ?? {};
  const users = {
    livenessProbe: spec.livenessProbe ?? livenessProbe,
    readinessProbe: spec.readinessProbe ?? readinessProbe,
    startupProbe,
  };
  const result: Probes = {};
  for (const field of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = users[field];
    const base = defaults[field];
    const isComplete = probe && HANDLERS.some((handler) => probe[handler]);
    if (probe && !isComplete && !base) {
      const isOfService = field !== "startupProbe" && spec[field];
      throw new PlanError(
        isOfService ? field : `extraPodSpec.mainContainer.${field}`,
        `components of type "${
          spec.componentType || "default"
        }" have no default for this probe: set ` +
          `${HANDLERS.slice(0, -1).join(", ")} or ${HANDLERS.at(-1)}`,
      );
    }
    const merged = isComplete ? probe : base && { ...base, ...probe };
    if (merged) result[field] = merged;
  }
  return result;
}

/** Returns the default probes for the type of a component. */
export function defaultProbes(spec: ServiceSpec): Probes {
  return isFrontend(spec) ? FRONTEND_PROBES : isWorker(spec) ? WORKER_PROBES : {};
}

/** Returns an HTTP probe. It refers to the port by name, so it stays valid if a user changes the number in `ports`. */
function get(path: string, port: string, timing: V1Probe): V1Probe {
  return { httpGet: { path, port }, ...timing };
}

/** A frontend is live soon after it starts, and ready once it has discovered its workers. */
const FRONTEND_PROBES: Probes = {
  livenessProbe: get("/live", "http", {
    initialDelaySeconds: 15,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
  }),
  readinessProbe: get("/health", "http", {
    initialDelaySeconds: 10,
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
  }),
};

/**
 * A worker has two hours to load its model. After a successful start, the kubelet restarts the container as soon as one
 * liveness probe fails.
 */
const WORKER_PROBES: Probes = {
  livenessProbe: get("/live", "system", {
    periodSeconds: 5,
    timeoutSeconds: 4,
    failureThreshold: 1,
  }),
  readinessProbe: get("/health", "system", {
    periodSeconds: 10,
    timeoutSeconds: 4,
    failureThreshold: 3,
  }),
  startupProbe: get("/live", "system", {
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 720,
  }),
};
