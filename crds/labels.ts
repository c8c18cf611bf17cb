import { PARTITION_GROUP } from "./names.ts";

/** Label keys. Do not rename them: dashboards, workers and objects in existing clusters use them in selectors. */
export const LABELS = {
  /** Label of a pod: name of the workload that the pod belongs to. */
  selector: "nvidia.com/selector",
  graphName: "nvidia.com/dynamo-graph-deployment-name",
  /** Label of the objects of a service: key of the service in `spec.services`, not converted to lower case. */
  component: "nvidia.com/dynamo-component",
  /** Namespace of the Dynamo runtime, not the Kubernetes namespace. */
  dynamoNamespace: "nvidia.com/dynamo-namespace",
  componentType: "nvidia.com/dynamo-component-type",
  subComponentType: "nvidia.com/dynamo-sub-component-type",
  baseModelHash: "nvidia.com/dynamo-base-model-hash",
  /** Label of a Service: mechanism that the workers use for service discovery, `kubernetes` or `etcd`. */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  discoveryEnabled: "nvidia.com/dynamo-discovery-enabled",
  metricsEnabled: "nvidia.com/metrics-enabled",
  /** Label of the ServiceAccount that the pods of components use. */
  componentPod: "nvidia.com/dynamo-component-pod",
  managedBy: "nvidia.com/managed-by",
  appManagedBy: "app.kubernetes.io/managed-by",
  appComponent: "app.kubernetes.io/component",
  appName: "app.kubernetes.io/name",
} as const;

/** Value of the labels `managedBy` and `appManagedBy`. The Go operator sets the same value. */
export const MANAGER = "dynamo-operator";

/** Annotation keys. Users set most of these annotations; the operator sets the others. */
export const ANNOTATIONS = {
  /** Annotation of a graph: value "false", in upper or lower case, disables Grove. */
  enableGrove: "nvidia.com/enable-grove",
  /** Annotation of a graph: the orchestrator for the graph, `deployment`, `lws` or `grove`. Overrides `enableGrove`. */
  orchestrator: "nvidia.com/orchestrator",
  /** Annotation of a graph: with value "false", the graph's pods do not have the metrics label. */
  enableMetrics: "nvidia.com/enable-metrics",
  /** Annotation of a graph, or in `spec.annotations` of a component: the discovery backend, `kubernetes` or `etcd`. */
  discoveryBackend: "nvidia.com/dynamo-discovery-backend",
  /** Annotation of a graph on Grove: the KAI scheduler's queue for the pods of the graph. */
  kaiSchedulerQueue: "nvidia.com/kai-scheduler-queue",
  /**
   * Annotation of a graph on Grove. If the value is the generation of the graph, the operator deletes the PodCliqueSet
   * and creates it again. The operator copies the value to the new PodCliqueSet, and therefore recreates it only once.
   */
  recreatePodCliqueSet: "nvidia.com/recreate-podcliqueset",
  /** Annotation of a service: value "true" disables the discovery of image pull Secrets. */
  disableImagePullSecretDiscovery: "nvidia.com/disable-image-pull-secret-discovery",
  /** Annotation of a service: strategy of the Deployment, "RollingUpdate" or "Recreate". */
  deploymentStrategy: "nvidia.com/deployment-strategy",
  rollingUpdateMaxSurge: "nvidia.com/deployment-rolling-update-max-surge",
  rollingUpdateMaxUnavailable: "nvidia.com/deployment-rolling-update-max-unavailable",
  /** Annotation of a workload: JSON with the values of its pod template that come from other objects. */
  podTemplateInputs: "nvidia.com/pod-template-inputs",
  /** Annotation of objects that serve a model: full name of the base model. Label `baseModelHash` contains its hash. */
  baseModel: "nvidia.com/dynamo-base-model",
  /** Annotation of a custom resource: value "true" stops all writes for the resource except writes of its status. */
  paused: "nvidia.com/paused",
  /**
   * Annotation of pods: id of the last restart. The operator copies the id from `spec.annotations` of the component. If
   * the id changes, new pods replace the old pods.
   */
  restartAt: "nvidia.com/restartAt",
} as const;

/**
 * Finalizer that the Go operator adds to graphs, components, requests and models. This operator adds it only to models
 * that are LoRA adapters, because it must unload them from the workers. It removes the finalizer from all other
 * objects.
 */
export const FINALIZER = "nvidia.com/finalizer";

/** Labels and annotation of the objects of a DynamoGraphDeploymentRequest. */
export const REQUEST = {
  /** Label of generated graphs and ConfigMaps: name of the request. */
  nameLabel: "dgdr.nvidia.com/name",
  /** Label of generated graphs and ConfigMaps: namespace of the request. */
  namespaceLabel: "dgdr.nvidia.com/namespace",
  /** Annotation of a request: the generated ConfigMaps as YAML. The operator creates them together with the graph. */
  additionalResources: "dgdr.nvidia.com/additional-resources",
} as const;

/** Finalizer, label and annotations of a DdbctlDpJob, its CRD, its Job and the pods of the Job. */
export const PARTITION = {
  /** Finalizer of the Job and its pods. The operator removes it after writing their results to the DdbctlDpJob. */
  finalizer: `${PARTITION_GROUP}/record`,
  /** Label of the Job and its pods, and annotation of the pods. The value is the UID of the DdbctlDpJob. */
  uidLabel: `${PARTITION_GROUP}/uid`,
  /** Annotation of the Job and its pods. The value is the DdbctlDpJob's name, which can be too long for a label. */
  nameAnnotation: `${PARTITION_GROUP}/name`,
  /** Scheduling gate of a pod. The operator removes the gate when it sets `maxItemsAnnotation`. */
  gate: `${PARTITION_GROUP}/max-items`,
  /**
   * Annotation of a pod: maximum number of items that the pod may delete. All pods of a DdbctlDpJob together delete at
   * most `maxItems` items.
   */
  maxItemsAnnotation: `${PARTITION_GROUP}/max-items`,
  /**
   * Annotation of a DdbctlDpJob: the user sets "true" to approve a deletion that another program may already have
   * executed.
   */
  approvedAnnotation: `${PARTITION_GROUP}/approved`,
  /**
   * Annotation of the CRD of DdbctlDpJob. It shows that the CRD was installed from this operator's manifest. The
   * managed fields of the CRD show when the annotation was written, and therefore when the CRD was installed.
   */
  definitionAnnotation: `${PARTITION_GROUP}/definition`,
} as const;

/** Returns whether the user has paused all writes for a custom resource, except writes of its status. */
export function isPaused(object: { metadata: { annotations?: Record<string, string> } }): boolean {
  return object.metadata.annotations?.[ANNOTATIONS.paused] === "true";
}
