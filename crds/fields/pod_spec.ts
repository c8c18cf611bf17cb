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
import { podSpecSchema, schemaAt } from "./pod_spec_schema.ts";
import { type Rule, rules } from "./rules.ts";

/** A PodSpec that the operator completes. The main container is in field `mainContainer`, not in `containers`. */
export type ExtraPodSpec = Omit<V1PodSpec, "containers"> & {
  /** Sidecar containers. */
  containers?: V1Container[];
  /** The container that runs the component. The name is optional and defaults to `main`. */
  mainContainer?: Omit<V1Container, "name"> & { name?: string };
};

/** Converts the OpenAPI schema of a core Kubernetes type, such as Probe, to a zod schema with a description. */
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
 * Limits for the containers of a pod. Without limits, the API server refuses the CEL rule for sidecars, because the
 * estimated cost of the rule is too high.
 */
const MAX_SIDECARS = 100;
const MAX_NAME_LENGTH = 63;

/** Returns the container schema with a maximum length for the field `name`. Kubernetes has the same limit. */
function boundedName(container: JsonSchema): JsonSchema {
  const name = { ...schemaAt(container, ["name"]), maxLength: MAX_NAME_LENGTH };
  return { ...container, properties: { ...container.properties, name } };
}

const NO_SIDECAR_IS_MAIN: Rule = {
  rule:
    "!has(self.containers) || self.containers.all(c, c.name != (has(self.mainContainer) && has(self.mainContainer.name) && self.mainContainer.name != '' ? self.mainContainer.name : 'main'))",
  message:
    "containers must not contain the main container; configure it in mainContainer, or rename the sidecar",
  fieldPath: ".containers",
};

/**
 * Returns the schema of a PodSpec with an additional field `mainContainer`. This field and `containers` are optional.
 *
 * @internal
 */
export function extraPodSpec(description: string) {
  const { required: _podRequired, ...podSpec } = podSpecSchema;
  const { required: _containerRequired, ...container } = inContainer();
  const mainContainer = {
    ...boundedName(container),
    description:
      "Container that runs the component. A field that is set here replaces the value that the operator computes. If ports lacks the port that the readiness or startup probe refers to, the operator adds it. A probe without a handler changes only the given settings of the default probe. The name defaults to main.",
  };
  const containers = {
    ...schemaAt(podSpecSchema, ["containers"]),
    maxItems: MAX_SIDECARS,
    items: boundedName(inContainer()),
  };
  return core<ExtraPodSpec>(description, {
    ...podSpec,
    properties: { ...podSpec.properties, containers, mainContainer },
    ...rules(NO_SIDECAR_IS_MAIN),
  });
}
