import type { Values } from "./render.ts";

/** Changes Helm values: for example, sets `networkPolicy.enabled` to true. */
export type Change = (values: Values) => void;

/**
 * Settings of the operator chart that tests combine. Each entry of `states` configures the setting in another way; the
 * first entry keeps its default.
 */
export const SWITCHES: { name: string; states: Change[] }[] = [
  {
    name: "namespaceRestriction",
    states: [
      () => {},
      set("namespaceRestriction.enabled", true),
      both(
        set("namespaceRestriction.enabled", true),
        set("namespaceRestriction.targetNamespace", "chart-target"),
      ),
    ],
  },
  { name: "replicas", states: [() => {}, set("controllerManager.replicas", 3)] },
  {
    name: "imagePullSecretDiscovery",
    states: [
      () => {},
      set("imagePullSecretDiscovery.enabled", false),
    ],
  },
  {
    name: "partitionJobs",
    states: [
      () => {},
      set("partitionJobs", {
        image: "registry/operator:2",
        tableAllow: ["tenant-*", "Orders"],
        pod: { nodeSelector: { pool: "jobs" } },
      }),
    ],
  },
  {
    name: "podMonitor",
    states: [
      () => {},
      both(set("podMonitor.enabled", true), set("podMonitor.labels", { release: "prometheus" })),
    ],
  },
  {
    name: "dynamo.metrics.podMonitors",
    states: [
      () => {},
      set("dynamo.metrics.podMonitors.enabled", true),
      set("dynamo.metrics.podMonitors.enabled", false),
    ],
  },
  {
    name: "networkPolicy",
    states: [
      () => {},
      set("networkPolicy.enabled", true),
      set("networkPolicy", {
        enabled: true,
        metricsFrom: [{ namespaceSelector: { matchLabels: { "team": "monitoring" } } }],
        egress: [{ ports: [{ port: 443 }, { port: 53, protocol: "UDP" }] }],
      }),
    ],
  },
  {
    name: "metricsService",
    states: [
      () => {},
      set("metricsService.enabled", false),
      set("metricsService.ports", [
        { name: "https", port: 8443, protocol: "TCP", targetPort: "https" },
      ]),
    ],
  },
  { name: "gpuDiscovery", states: [() => {}, set("gpuDiscovery.enabled", false)] },
  {
    name: "scheduling",
    states: [
      () => {},
      both(
        set("controllerManager.tolerations", [{ key: "system", operator: "Exists" }]),
        set("controllerManager.affinity", {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "gpu", operator: "DoesNotExist" }] }],
            },
          },
        }),
        set("controllerManager.nodeSelector", { "kubernetes.io/os": "linux" }),
        set("controllerManager.priorityClassName", "system-cluster-critical"),
      ),
    ],
  },
  {
    name: "addresses",
    states: [
      () => {},
      both(
        set("natsAddr", "nats://nats.messaging:4222"),
        set("etcdAddr", "http://etcd.store:2379"),
        set("modelExpressURL", "http://model-express:8001"),
        set("discoveryBackend", "etcd"),
        set("dynamo.metrics.prometheusEndpoint", "http://prometheus:9090"),
      ),
    ],
  },
  {
    name: "ingress",
    states: [
      () => {},
      both(
        set("dynamo.ingress", { enabled: true, className: "nginx", tlsSecretName: "tls" }),
        set("dynamo.ingressHostSuffix", "example.com"),
      ),
    ],
  },
  {
    name: "istio",
    states: [() => {}, set("dynamo.istio", { enabled: true, gateway: "istio-system/public" })],
  },
  {
    name: "identity",
    states: [
      () => {},
      both(
        set("fullnameOverride", "inference"),
        set("imagePullSecrets", [{ name: "docker-imagepullsecret" }]),
        set("controllerManager.serviceAccount.annotations", { "example.com/role": "operator" }),
        set("controllerManager.podAnnotations", { "example.com/team": "platform" }),
        set("controllerManager.podLabels", { "example.com/team": "platform" }),
        set("controllerManager.manager.image", {
          repository: "registry.example/dynamo-operator",
          tag: "v2.0.0-beta",
        }),
      ),
    ],
  },
];

function set(path: string, value: unknown): Change {
  return (values) => {
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    let at = values;
    for (const key of keys) at = (at[key] ??= {}) as Values;
    at[last] = value;
  };
}

function both(...changes: Change[]): Change {
  return (values) => changes.forEach((change) => change(values));
}
