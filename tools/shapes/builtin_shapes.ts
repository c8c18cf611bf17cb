/**
 * Prints the text of `kube/builtin_shapes.generated.json` for the API server that kubectl reaches:
 *
 *     deno run --allow-run=kubectl tools/shapes/builtin_shapes.ts > kube/builtin_shapes.generated.json
 *
 * Run it after an update of Kubernetes, and after an addition to `APPLIED_KINDS` or `builtinShapeFacts`.
 */
import { builtinShapeFacts } from "../../kube/builtin_shape_facts.ts";
import { type Schema, shapesOfSchemas } from "../../kube/shape_of_schema.ts";
import { shapeFileText } from "./shape_file_text.ts";

/** The built-in kinds that the operator applies, by `apiVersion`. */
const APPLIED_KINDS: Readonly<Record<string, readonly string[]>> = {
  "v1": ["ConfigMap", "PersistentVolumeClaim", "Secret", "Service", "ServiceAccount"],
  "apps/v1": ["Deployment"],
  "networking.k8s.io/v1": ["Ingress"],
  "rbac.authorization.k8s.io/v1": ["Role", "RoleBinding"],
};

/** Returns the text of the generated file. `kubectl` runs kubectl and returns its standard output. */
export async function builtinShapesFile(
  kubectl: (args: string[]) => Promise<string>,
): Promise<string> {
  const schemas: Record<string, Schema> = {};
  const kinds: Record<string, Schema> = {};
  for (const [apiVersion, names] of Object.entries(APPLIED_KINDS)) {
    const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const text = await kubectl(["get", "--raw", `/openapi/v3/${path}`]);
    const { components } = JSON.parse(text) as { components: { schemas: Record<string, Schema> } };
    Object.assign(schemas, components.schemas);
    for (const kind of names) kinds[`${apiVersion}/${kind}`] = kindSchema(components.schemas, kind);
  }
  const keptTypes = new Set(Object.keys(builtinShapeFacts));
  return shapeFileText(shapesOfSchemas(kinds, { schemas, keptTypes }));
}

function kindSchema(schemas: Record<string, Schema>, kind: string): Schema {
  const found = Object.entries(schemas).find(([name, schema]) =>
    name.endsWith(`.${kind}`) && schema["x-kubernetes-group-version-kind"] !== undefined
  );
  if (!found) throw new Error(`Cannot find the schema of ${kind} in the API server's OpenAPI`);
  return found[1];
}

async function runKubectl(args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("kubectl", { args, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout);
}

if (import.meta.main) {
  const text = await builtinShapesFile(runKubectl);
  await new Response(text).body?.pipeTo(Deno.stdout.writable);
}
