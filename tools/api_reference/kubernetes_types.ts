import { condition } from "../../crds/fields/condition.ts";
import type { JsonSchema } from "../../crds/json_schema.ts";
import { openApiSchema } from "../../crds/emit/openapi.ts";
import { podSpecSchema, schemaAt } from "../../crds/fields/pod_spec.ts";

/** A type that Kubernetes documents. */
export interface KubernetesType {
  name: string;
  url: string;
}

const REFERENCE = "https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/";

/** Paths of these types in a PodSpec. */
const PLACES: Record<string, string[]> = {
  EnvVar: ["containers", "*", "env", "*"],
  Probe: ["containers", "*", "livenessProbe"],
  ResourceClaim: ["containers", "*", "resources", "claims", "*"],
  ResourceRequirements: ["containers", "*", "resources"],
  Toleration: ["tolerations", "*"],
};

const KNOWN: ReadonlyMap<string, KubernetesType> = new Map([
  ...Object.entries(PLACES).map(([name, path]): [string, KubernetesType] => [
    shape(schemaAt(podSpecSchema, path)),
    { name, url: `${REFERENCE}#${name.toLowerCase()}-v1-core` },
  ]),
  [shape(openApiSchema(condition)), { name: "Condition", url: `${REFERENCE}#condition-v1-meta` }],
]);

/** Returns the Kubernetes type of a field, or undefined. It is recognised by its properties. */
export function kubernetesType(field: JsonSchema): KubernetesType | undefined {
  if (field.properties?.["mainContainer"]) {
    return { name: "PodSpec and mainContainer", url: `${REFERENCE}#podspec-v1-core` };
  }
  return field.properties && KNOWN.get(shape(field));
}

function shape({ properties }: JsonSchema): string {
  return JSON.stringify(properties);
}
