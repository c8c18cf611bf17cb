/**
 * Label keys by meaning. Running clusters, dashboards and the workers themselves select by them.
 */
export const LABELS = {
  /** On pods: the name of the workload that made them. */
  selector: "nvidia.com/selector",
  graphName: "nvidia.com/dynamo-graph-deployment-name",
  /** Service name as the user wrote it, case kept. */
  component: "nvidia.com/dynamo-component",
  /** Logical namespace of the runtime, not the Kubernetes namespace. */
  dynamoNamespace: "nvidia.com/dynamo-namespace",
  componentType: "nvidia.com/dynamo-component-type",
  subComponentType: "nvidia.com/dynamo-sub-component-type",
  baseModelHash: "nvidia.com/dynamo-base-model-hash",
  /** On Services: which backend the workers find each other through. */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  discoveryEnabled: "nvidia.com/dynamo-discovery-enabled",
  metricsEnabled: "nvidia.com/metrics-enabled",
  /** On a ServiceAccount: component pods run under it. */
  componentPod: "nvidia.com/dynamo-component-pod",
  managedBy: "nvidia.com/managed-by",
  appManagedBy: "app.kubernetes.io/managed-by",
  appComponent: "app.kubernetes.io/component",
  appName: "app.kubernetes.io/name",
} as const;

/** Annotation keys by meaning; users set most of them, the operator the rest. */
export const ANNOTATIONS = {
  /** On a graph: "false" in any case keeps it off Grove. */
  enableGrove: "nvidia.com/enable-grove",
  /** On a graph: exactly "false" leaves the metrics label off its pods. */
  enableMetrics: "nvidia.com/enable-metrics",
  /** On a graph, and in a component's `spec.annotations`: "kubernetes" or "etcd". */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  kaiSchedulerQueue: "nvidia.com/kai-scheduler-queue",
  /** On a service: exactly "true" stops the search for pull Secrets. */
  disableImagePullSecretDiscovery: "nvidia.com/disable-image-pull-secret-discovery",
  /** On a service: "RollingUpdate" or "Recreate". */
  deploymentStrategy: "nvidia.com/deployment-strategy",
  rollingUpdateMaxSurge: "nvidia.com/deployment-rolling-update-max-surge",
  rollingUpdateMaxUnavailable: "nvidia.com/deployment-rolling-update-max-unavailable",
  /** On what serves a model: the model's full name, whose hash is the label. */
  baseModel: "nvidia.com/dynamo-base-model",
  /** On any of our kinds: "true" stops all writes but status. */
  paused: "nvidia.com/paused",
} as const;

/**
 * The finalizer that the Go operator put on graphs, components, requests and models. This operator
 * never adds it and removes it where it finds it, since there is nothing outside the cluster to
 * clean up.
 */
export const FINALIZER = "nvidia.com/finalizer";
