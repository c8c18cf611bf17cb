import { z } from "zod";
import { envVars, extraPodSpec, probe } from "../fields/pod_spec.ts";
import { ingress } from "../fields/ingress.ts";
import { count, rawObject, stringMap } from "../fields/basic_types.ts";
import { resources } from "../fields/resources.ts";
import { sharedMemory, volumeMount } from "../fields/volumes.ts";

/** @internal */
export const backendFramework = z.enum(["sglang", "vllm", "trtllm"]);

/** A deprecated field that the operator ignores. It stays in the schema so that old manifests remain valid. */
const autoscaling = z.object({
  enabled: z.boolean().describe("Ignored.").optional(),
  minReplicas: count("Ignored.").optional(),
  maxReplicas: count("Ignored.").optional(),
  behavior: rawObject("Ignored.").optional(),
  metrics: z.array(rawObject("A metric.")).describe("Ignored.").optional(),
}).describe("Deprecated and ignored: use scalingAdapter with an autoscaler instead.");

/**
 * The schema of each value of `spec.services` in a graph. The `spec` of a component adds `backendFramework`.
 *
 * @internal
 */
export const componentSpec = z.object({
  annotations: stringMap(
    "Annotations of the component, its workload, Service, Ingress and VirtualService. Pods do not get them: use extraPodMetadata.",
  ).optional(),
  labels: stringMap(
    "Labels of the component, its workload, Service, Ingress and VirtualService. Labels that the operator sets override them. Pods of a graph do not get them: use extraPodMetadata.",
  ).optional(),
  serviceName: z.string().describe(
    "Name of the component. In a graph, the operator sets it to the key of the service.",
  ).optional(),
  componentType: z.string().describe(
    "Type of the component: frontend, worker, prefill, decode, planner or default. It determines the ports, the probes and the ServiceAccount of the pods.",
  ).optional(),
  subComponentType: z.string().describe("Type of a worker: prefill or decode.").optional(),
  dynamoNamespace: z.string().describe(
    "Namespace of the Dynamo runtime in which the component registers. In a graph, the operator computes it and ignores this field.",
  ).optional(),
  globalDynamoNamespace: z.boolean().describe(
    "Whether the component registers in namespace dynamo of the Dynamo runtime, which all graphs share.",
  ).optional(),
  resources: resources.optional(),
  autoscaling: autoscaling.optional(),
  envs: envVars(
    "Environment variables of the main container. In the pod, a variable precedes the variables that reference it by $(NAME).",
  ).optional(),
  envFromSecret: z.string().describe(
    "Name of a Secret. Each of its keys becomes an environment variable of the main container.",
  ).optional(),
  volumeMounts: z.array(volumeMount).describe(
    "PersistentVolumeClaims that are mounted into the main container.",
  ).optional(),
  ingress: ingress.optional(),
  modelRef: z.object({
    name: z.string().describe("Name of the base model, such as Qwen/Qwen3-0.6B."),
    revision: z.string().describe("Revision of the model.").optional(),
  }).describe(
    "Model that the component serves. A DynamoModel whose baseModelName equals this name uses the pods of the component as endpoints.",
  ).optional(),
  sharedMemory: sharedMemory.optional(),
  extraPodMetadata: z.object({
    annotations: stringMap("Annotations of the pods. The workload and the Service get them too.")
      .optional(),
    labels: stringMap("Labels of the pods.").optional(),
  }).describe("Labels and annotations of the pods.").optional(),
  extraPodSpec: extraPodSpec(
    "A PodSpec that the operator merges into the computed PodSpec. The list `containers` contains only sidecars. The field `mainContainer` configures the container that runs the component.",
  ).optional(),
  livenessProbe: probe(
    "Liveness probe of the main container. It replaces the default probe; without a handler, it changes only the given settings of the default probe.",
  )
    .optional(),
  readinessProbe: probe(
    "Readiness probe of the main container. It replaces the default probe; without a handler, it changes only the given settings of the default probe.",
  )
    .optional(),
  replicas: count(
    "Desired number of replicas. Defaults to 1. A replica that spans several nodes counts once.",
  ).optional(),
  multinode: z.object({
    nodeCount: count("Number of nodes of each replica. Defaults to 2.", 2).default(2),
  }).describe("Multinode settings: each replica runs on several nodes.").optional(),
  scalingAdapter: z.object({
    enabled: z.boolean().describe(
      "Whether a DynamoGraphDeploymentScalingAdapter sets the number of replicas.",
    ).default(false),
  }).describe("Settings of the scaling adapter, which autoscalers use.").optional(),
}).describe("A component of an inference graph.");

/** The desired state of a component: the type of each value of `spec.services` in a graph. */
export type ComponentSpec = z.input<typeof componentSpec>;
