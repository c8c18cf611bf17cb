import { PARTITION_GROUP } from "./names.ts";

/** Label keys. Running clusters, dashboards and the workers use them in selectors. */
export const LABELS = {
  /** On pods: the name of their workload. */
  selector: "nvidia.com/selector",
  graphName: "nvidia.com/dynamo-graph-deployment-name",
  /** Key of the service in the graph, in its original case. */
  component: "nvidia.com/dynamo-component",
  /** Namespace of the Dynamo runtime, not the Kubernetes namespace. */
  dynamoNamespace: "nvidia.com/dynamo-namespace",
  componentType: "nvidia.com/dynamo-component-type",
  subComponentType: "nvidia.com/dynamo-sub-component-type",
  baseModelHash: "nvidia.com/dynamo-base-model-hash",
  /** On Services: the discovery backend of the workers. */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  discoveryEnabled: "nvidia.com/dynamo-discovery-enabled",
  metricsEnabled: "nvidia.com/metrics-enabled",
  /** On a ServiceAccount for component pods. */
  componentPod: "nvidia.com/dynamo-component-pod",
  managedBy: "nvidia.com/managed-by",
  appManagedBy: "app.kubernetes.io/managed-by",
  appComponent: "app.kubernetes.io/component",
  appName: "app.kubernetes.io/name",
} as const;

/** Annotation keys. Users set most of them, the operator the others. */
export const ANNOTATIONS = {
  /** On a graph: "false", in upper or lower case, disables Grove. */
  enableGrove: "nvidia.com/enable-grove",
  /** On a graph: "false" omits the metrics label of its pods. */
  enableMetrics: "nvidia.com/enable-metrics",
  /** On a graph, and in a component's `spec.annotations`: "kubernetes" or "etcd". */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  kaiSchedulerQueue: "nvidia.com/kai-scheduler-queue",
  /** On a service: "true" disables the discovery of image pull Secrets. */
  disableImagePullSecretDiscovery: "nvidia.com/disable-image-pull-secret-discovery",
  /** On a service: "RollingUpdate" or "Recreate". */
  deploymentStrategy: "nvidia.com/deployment-strategy",
  rollingUpdateMaxSurge: "nvidia.com/deployment-rolling-update-max-surge",
  rollingUpdateMaxUnavailable: "nvidia.com/deployment-rolling-update-max-unavailable",
  /** On objects that serve a model: the full name of the model. The label holds its hash. */
  baseModel: "nvidia.com/dynamo-base-model",
  /** On an object of a custom kind: "true" stops all writes except status. */
  paused: "nvidia.com/paused",
} as const;

/**
 * The finalizer of the Go operator on graphs, components, requests and models. This operator removes it, because it has
 * nothing to clean up outside the cluster.
 */
export const FINALIZER = "nvidia.com/finalizer";

/** Keys that connect a Job and its pods with their DdbctlDpJob. */
export const PARTITION = {
  /** Finalizer of the Job and its pods, until the status of the DdbctlDpJob records their result. */
  finalizer: `${PARTITION_GROUP}/record`,
  /** Label of the Job and its pods: UID of the DdbctlDpJob. */
  uidLabel: `${PARTITION_GROUP}/uid`,
  /** Annotation of the Job and its pods: name of the DdbctlDpJob, which can be too long for a label. */
  nameAnnotation: `${PARTITION_GROUP}/name`,
} as const;

/** Whether the user has paused all writes for the object except status. */
export function isPaused(object: { metadata: { annotations?: Record<string, string> } }): boolean {
  return object.metadata.annotations?.[ANNOTATIONS.paused] === "true";
}
