import { type JsonSchema, openApiSchema } from "../../crds/json_schema.ts";
import { condition } from "../../crds/fields/condition.ts";
import { podSpecSchema, schemaAt } from "../../crds/fields/pod_spec_schema.ts";

/** A type of the Kubernetes API, with the address of its documentation. */
export interface KubernetesType {
  name: string;
  url: string;
}

const REFERENCE = "https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.35/";

/** For each type, the path in a PodSpec to a field of this type. The schema at this path identifies the type. */
const PATHS: Record<string, string[]> = {
  EnvVar: ["containers", "*", "env", "*"],
  Probe: ["containers", "*", "livenessProbe"],
  ResourceClaim: ["containers", "*", "resources", "claims", "*"],
  ResourceRequirements: ["containers", "*", "resources"],
  Toleration: ["tolerations", "*"],
};

const KNOWN: ReadonlyMap<string, KubernetesType> = new Map([
  ...Object.entries(PATHS).map(([name, path]): [string, KubernetesType] => [
    shape(schemaAt(podSpecSchema, path)),
    { name, url: `${REFERENCE}#${name.toLowerCase()}-v1-core` },
  ]),
  [shape(openApiSchema(condition)), { name: "Condition", url: `${REFERENCE}#condition-v1-meta` }],
]);

/** Returns the Kubernetes type that has the same schema as a field; undefined if no type has this schema. */
export function kubernetesType(field: JsonSchema): KubernetesType | undefined {
  if (field.properties?.["mainContainer"]) {
    return { name: "PodSpec and mainContainer", url: `${REFERENCE}#podspec-v1-core` };
  }
  return field.properties && KNOWN.get(shape(field));
}

function shape({ properties }: JsonSchema): string {
  return JSON.stringify(properties);
}
