import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";

/** Name of the graph that the Go operator has reconciled. */
export const GRAPH = "chat";
/** Name of the ServiceAccount that the graph's pods use. */
export const DISCOVERY = `${GRAPH}-k8s-service-discovery`;

/** Returns the pod spec that version 0.8 of the Go operator writes for a service of the graph. */
export function podSpec(
  type: string,
  { envs = [], extraPodSpec = {} }: ComponentSpec,
  { namespace, dynamoNamespace }: { namespace: string; dynamoNamespace: string },
) {
  const { mainContainer, containers = [], volumes = [], tolerations } = extraPodSpec;
  const fieldOf = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  const valueOf = ([name, value]: [string, string]) => ({ name, value });
  const { env, ports, probes } = TYPES[type] ?? { env: {}, ports: [], probes: {} };
  const values = Object.entries({
    DYN_COMPONENT: type,
    DYN_DISCOVERY_BACKEND: "kubernetes",
    DYN_NAMESPACE: dynamoNamespace,
    DYN_PARENT_DGD_K8S_NAME: GRAPH,
    DYN_PARENT_DGD_K8S_NAMESPACE: namespace,
    ...env,
  });
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 60,
    securityContext: { fsGroup: 1000 },
    serviceAccountName: type === "planner" ? "planner-serviceaccount" : DISCOVERY,
    tolerations,
    containers: [
      ...containers.map((container) => ({ resources: {}, ...container })),
      {
        ...(type === "frontend" && { command: ["python3"], args: ["-m", "dynamo.frontend"] }),
        ...mainContainer,
        name: "main",
        resources: {},
        ports,
        ...probes,
        env: [
          ...values.map(valueOf),
          ...envs,
          fieldOf("POD_NAME", "metadata.name"),
          fieldOf("POD_NAMESPACE", "metadata.namespace"),
          fieldOf("POD_UID", "metadata.uid"),
        ].sort((a, b) => a.name < b.name ? -1 : 1),
        volumeMounts: [
          ...mainContainer?.volumeMounts ?? [],
          { name: "shared-memory", mountPath: "/dev/shm" },
        ],
      },
    ],
    volumes: [
      ...volumes,
      { name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "8Gi" } },
    ],
  };
}

function probe(path: string, port: string, more: Record<string, number>) {
  return { httpGet: { path, port, scheme: "HTTP" }, successThreshold: 1, ...more };
}

/** Environment, ports and probes of the main container by component type. */
const TYPES: Record<string, { env: Record<string, string>; ports: unknown[]; probes: object }> = {
  frontend: {
    env: { DYNAMO_PORT: "8000", DYN_HTTP_PORT: "8000" },
    ports: [{ name: "http", containerPort: 8000, protocol: "TCP" }],
    probes: {
      livenessProbe: probe("/live", "http", {
        ...{ initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 },
      }),
      readinessProbe: probe("/health", "http", {
        ...{ initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 },
      }),
    },
  },
  worker: {
    env: {
      DYN_HEALTH_CHECK_ENABLED: "false",
      DYN_SYSTEM_ENABLED: "true",
      DYN_SYSTEM_PORT: "9090",
      DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
    },
    ports: [{ name: "system", containerPort: 9090, protocol: "TCP" }],
    probes: {
      livenessProbe: probe("/live", "system", {
        ...{ periodSeconds: 5, timeoutSeconds: 4, failureThreshold: 1 },
      }),
      readinessProbe: probe("/health", "system", {
        ...{ periodSeconds: 10, timeoutSeconds: 4, failureThreshold: 3 },
      }),
      startupProbe: probe("/live", "system", {
        ...{ periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 720 },
      }),
    },
  },
  planner: {
    env: { PLANNER_PROMETHEUS_PORT: "9085" },
    ports: [{ name: "metrics", containerPort: 9085, protocol: "TCP" }],
    probes: {},
  },
};
