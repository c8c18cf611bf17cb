import { type OpenApiDocument, structuralSchema } from "./structural_schema.ts";

/**
 * Returns the text of `crds/fields/pod_spec.generated.json`: the schema of a PodSpec from the OpenAPI document that the
 * API server publishes at `/openapi/v3/api/v1`.
 */
export function podSpecFile(document: OpenApiDocument): string {
  return JSON.stringify(structuralSchema(document, "io.k8s.api.core.v1.PodSpec"), undefined, 1) +
    "\n";
}
