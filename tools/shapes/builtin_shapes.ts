import * as builtin from "../../kube/builtin.ts";
import { builtinShapeFacts } from "../../kube/builtin_shapes.ts";
import { type Schema, shapesOfSchemas } from "./shape_of_schema.ts";
import { shapeFileText } from "./shape_file_text.ts";

/**
 * Returns the text of `kube/builtin_shapes.generated.json`: the shapes of all kinds in `kube/builtin.ts`. A shape
 * describes how the API server merges and stores the fields of a kind.
 *
 * @param openApi returns the OpenAPI document of the API server at a path such as `/openapi/v3/apis/apps/v1`
 */
export async function builtinShapesFile(
  openApi: (path: string) => Promise<string>,
): Promise<string> {
  const schemas: Record<string, Schema> = {};
  const kinds: Record<string, Schema> = {};
  const resources = Object.values(builtin);
  for (const apiVersion of new Set(resources.map(({ apiVersion }) => apiVersion))) {
    const path = apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
    const document = JSON.parse(await openApi(`/openapi/v3/${path}`)) as {
      components: { schemas: Record<string, Schema> };
    };
    Object.assign(schemas, document.components.schemas);
    for (const { kind } of resources.filter((resource) => resource.apiVersion === apiVersion)) {
      kinds[`${apiVersion}/${kind}`] = kindSchema(document.components.schemas, kind);
    }
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
