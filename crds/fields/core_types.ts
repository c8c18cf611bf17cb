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
import { podSpecSchema, schemaAt } from "./pod_spec.ts";

/** A PodSpec that the operator completes, and the container that it completes inside it. */
export type ExtraPodSpec = Omit<V1PodSpec, "containers"> & {
  /** Sidecars. */
  containers?: V1Container[];
  mainContainer?: MainContainer;
};

/** The container that runs the component; its name is always `main`, so users need not give one. */
export type MainContainer = Omit<V1Container, "name"> & { name?: string };

/** Fields of the core API: their schema comes from the API server, their type from its client. */
function core<T>(description: string, schema: JsonSchema) {
  return z.custom<T>().meta({ ...schema, description });
}

function inContainer(...path: string[]): JsonSchema {
  return schemaAt(podSpecSchema, ["containers", "*", ...path]);
}

export function envVars(description: string) {
  return z.array(core<V1EnvVar>("One variable.", inContainer("env", "*"))).describe(description);
}

export function probe(description: string) {
  return core<V1Probe>(description, inContainer("livenessProbe"));
}

export function resourceClaims(description: string) {
  return z.array(
    core<CoreV1ResourceClaim>("One claim.", inContainer("resources", "claims", "*")),
  ).describe(description);
}

export function resourceRequirements(description: string) {
  return core<V1ResourceRequirements>(description, inContainer("resources"));
}

export function tolerations(description: string) {
  const item = core<V1Toleration>("One toleration.", schemaAt(podSpecSchema, ["tolerations", "*"]));
  return z.array(item).describe(description);
}

/**
 * A whole PodSpec with `mainContainer` beside `containers`; neither containers nor names are asked
 * for.
 */
export function extraPodSpec(description: string) {
  const { required: _podRequired, ...podSpec } = podSpecSchema;
  const { required: _containerRequired, ...container } = inContainer();
  const mainContainer = {
    ...container,
    description:
      "The container that runs the component. What is set here wins over what the operator would choose; its name is always main.",
  };
  return core<ExtraPodSpec>(description, {
    ...podSpec,
    properties: { ...podSpec.properties, mainContainer },
  });
}
