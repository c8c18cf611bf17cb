import type {
  CoreV1ResourceClaim,
  V1Container,
  V1EnvVar,
  V1PodSpec,
  V1Probe,
  V1ResourceRequirements,
  V1Toleration,
} from "@kubernetes/client-node";
import { z } from "zod";
import type { JsonSchema } from "../json_schema.ts";
import generated from "./pod_spec.generated.json" with { type: "json" };

/** The schema of a PodSpec. `deno task generate:openapi` generates it from the API server's OpenAPI document. */
export const podSpecSchema: JsonSchema = generated;

/** A PodSpec that the operator completes. The main container is in field `mainContainer`, not in `containers`. */
export type ExtraPodSpec = Omit<V1PodSpec, "containers"> & {
  /** Sidecar containers. */
  containers?: V1Container[];
  /** The container that runs the component. The name is optional, because the operator always sets it to `main`. */
  mainContainer?: Omit<V1Container, "name"> & { name?: string };
};

/**
 * Returns the subschema at a path. A step is a property name, or `*` for the items of a list or the values of a map.
 *
 * Throws an `Error` if a step does not exist. The message names the first such step.
 */
export function schemaAt(schema: JsonSchema, path: string[]): JsonSchema {
  return path.reduce((at, step) => {
    const next = step === "*" ? at.items ?? at.additionalProperties : at.properties?.[step];
    if (next === undefined) {
      throw new Error(`Cannot find "${path.join(".")}" in the schema: "${step}" does not exist`);
    }
    return next;
  }, schema);
}

/** Converts the OpenAPI schema of a type of Kubernetes' core API, such as Probe, to a zod schema with a description. */
function core<T>(description: string, schema: JsonSchema) {
  return z.custom<T>().meta({ ...schema, description });
}

function inContainer(...path: string[]): JsonSchema {
  return schemaAt(podSpecSchema, ["containers", "*", ...path]);
}

/** @internal */
export function envVars(description: string) {
  const item = core<V1EnvVar>("An environment variable.", inContainer("env", "*"));
  return z.array(item).describe(description);
}

/** @internal */
export function probe(description: string) {
  return core<V1Probe>(description, inContainer("livenessProbe"));
}

/** @internal */
export function resourceClaims(description: string) {
  const schema = inContainer("resources", "claims", "*");
  const item = core<CoreV1ResourceClaim>("A reference to a ResourceClaim of the pod.", schema);
  return z.array(item).describe(description);
}

/** @internal */
export function resourceRequirements(description: string) {
  return core<V1ResourceRequirements>(description, inContainer("resources"));
}

/** @internal */
export function tolerations(description: string) {
  const item = core<V1Toleration>("A toleration.", schemaAt(podSpecSchema, ["tolerations", "*"]));
  return z.array(item).describe(description);
}

/**
 * Returns the schema of a PodSpec with an additional field `mainContainer`. This field and `containers` are optional.
 *
 * @internal
 */
export function extraPodSpec(description: string) {
  const { required: _podRequired, ...podSpec } = podSpecSchema;
  const { required: _containerRequired, ...container } = inContainer();
  const mainContainer = {
    ...container,
    description:
      "Container that runs the component. A field that is set here replaces the value that the operator computes. The name is always main.",
  };
  return core<ExtraPodSpec>(description, {
    ...podSpec,
    properties: { ...podSpec.properties, mainContainer },
  });
}
