import type {
  V1Affinity,
  V1EnvVar,
  V1LocalObjectReference,
  V1ResourceRequirements,
  V1Toleration,
} from "@kubernetes/client-node";
import type { JsonSchema } from "../json_schema.ts";
import { schemaProblems } from "../parse/schema_problems.ts";
import { podSpecSchema, schemaAt } from "./pod_spec_schema.ts";

/**
 * An administrator's settings for the pods that delete partitions. Most fields have the name and format of a field of a
 * PodSpec or container.
 */
export interface JobPodSettings {
  imagePullSecrets?: V1LocalObjectReference[];
  nodeSelector?: Record<string, string>;
  tolerations?: V1Toleration[];
  affinity?: V1Affinity;
  priorityClassName?: string;
  resources?: V1ResourceRequirements;
  /** Environment variables of the container, such as HTTPS_PROXY. */
  env?: V1EnvVar[];
  /**
   * Name of a ConfigMap in the namespace of the pod. Key `ca.crt` of the ConfigMap contains additional trusted
   * certificates.
   */
  caConfigMap?: string;
}

const OF_POD = [
  "imagePullSecrets",
  "nodeSelector",
  "tolerations",
  "affinity",
  "priorityClassName",
];
const OF_CONTAINER = ["resources", "env"];

const schema: JsonSchema = {
  type: "object",
  properties: {
    ...Object.fromEntries(OF_POD.map((name) => [name, schemaAt(podSpecSchema, [name])])),
    ...Object.fromEntries(
      OF_CONTAINER.map((name) => [name, schemaAt(podSpecSchema, ["containers", "*", name])]),
    ),
    caConfigMap: { type: "string", minLength: 1, maxLength: 253 },
  },
};

/** Parses settings in JSON format. Throws an `Error` that names each invalid field. */
export function parseJobPodSettings(text: string): JobPodSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(
      'the value is not JSON: give an object such as {"nodeSelector":{"pool":"jobs"}}',
    );
  }
  const problems = schemaProblems(value, schema, "");
  if (problems.length > 0) throw new Error(problems.join("; "));
  // The value has the type JobPodSettings, because it matches the schema.
  return Object(value);
}
