import type { V1Container, V1Probe } from "@kubernetes/client-node";

type Probes = Pick<V1Container, "livenessProbe" | "readinessProbe" | "startupProbe">;

/** Returns a probe of a named port, which stays valid when a user changes the number in `ports`. */
function get(path: string, port: string, timing: V1Probe): V1Probe {
  return { httpGet: { path, port }, ...timing };
}

/** A frontend is live soon after its start, and ready when it has discovered its workers. */
export const FRONTEND_PROBES: Probes = {
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

/** A worker may load its model for two hours. After that, one failed liveness probe restarts it. */
export const WORKER_PROBES: Probes = {
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
