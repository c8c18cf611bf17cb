import { z } from "zod";
import { autoscaling } from "../fields/autoscaling.ts";
import { envVars, extraPodSpec, probe } from "../fields/core_types.ts";
import { ingress } from "../fields/ingress.ts";
import { count } from "../fields/integer.ts";
import { resources } from "../fields/resources.ts";
import { sharedMemory } from "../fields/shared_memory.ts";
import { stringMap } from "../fields/string_map.ts";
import { volumeMount } from "../fields/volume_mount.ts";

/**
 * What describes one component. It stands below each key of a graph's `services`, and directly in
 * the `spec` of a component of its own.
 */
export const componentSpec = z.object({
  annotations: stringMap("Annotations of all objects that are made for this component.").optional(),
  labels: stringMap("Labels of all objects that are made for this component.").optional(),
  serviceName: z.string().describe(
    "Name of the component. In a graph it is always the key of the service.",
  ).optional(),
  componentType: z.string().describe(
    "Role of the component: frontend, worker, prefill, decode, planner or default. It decides ports, probes and the account of the pods.",
  ).optional(),
  subComponentType: z.string().describe("What kind of worker it is: prefill or decode.").optional(),
  dynamoNamespace: z.string().describe(
    "Namespace of the Dynamo runtime that the component registers in. In a graph it is computed, and what is set here has no effect.",
  ).optional(),
  globalDynamoNamespace: z.boolean().describe(
    "Whether the component registers in the runtime namespace dynamo, which all graphs share.",
  ).optional(),
  resources: resources.optional(),
  autoscaling: autoscaling.optional(),
  envs: envVars("Environment variables of the main container.").optional(),
  envFromSecret: z.string().describe(
    "Secret whose keys all become environment variables of the main container.",
  ).optional(),
  volumeMounts: z.array(volumeMount).describe("Claims mounted into the main container.").optional(),
  ingress: ingress.optional(),
  modelRef: z.object({
    name: z.string().describe("Base model, such as Qwen/Qwen3-0.6B."),
    revision: z.string().describe("Revision of the model.").optional(),
  }).describe("The model that the component serves, under which DynamoModels find its pods.")
    .optional(),
  sharedMemory: sharedMemory.optional(),
  extraPodMetadata: z.object({
    annotations: stringMap("Annotations of the pods.").optional(),
    labels: stringMap("Labels of the pods.").optional(),
  }).describe("Metadata of the pods alone.").optional(),
  extraPodSpec: extraPodSpec(
    "Anything a PodSpec has, merged over what the operator makes; containers are sidecars, mainContainer is the component itself.",
  ).optional(),
  livenessProbe: probe("Liveness probe of the main container, in place of the default one.")
    .optional(),
  readinessProbe: probe("Readiness probe of the main container, in place of the default one.")
    .optional(),
  replicas: count(
    "How many replicas to run; 1 if not given. A replica on several nodes counts once.",
  )
    .optional(),
  multinode: z.object({
    nodeCount: count("Number of nodes that one replica spans.", 2).default(2),
  }).describe("Makes one replica span several nodes.").optional(),
  scalingAdapter: z.object({
    enabled: z.boolean().describe(
      "Whether a DynamoGraphDeploymentScalingAdapter owns the number of replicas.",
    ).default(false),
  }).describe("Lets autoscalers set the number of replicas.").optional(),
}).describe("One component of an inference graph.");

export type ComponentSpec = z.input<typeof componentSpec>;
