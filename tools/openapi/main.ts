/**
 * Starts an API server, and writes the files that are generated from the server's OpenAPI documents:
 *
 *     deno task generate:openapi
 *
 * Run the task after each update of Kubernetes, and after you extend `kube/builtin.ts` or `kube/builtin_shapes.ts`.
 */
import { podSpecFile } from "./pod_spec.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { builtinShapesFile } from "../shapes/builtin_shapes.ts";

const ROOT = new URL("../../", import.meta.url);

await using cluster = await startCluster({ controllers: false });
const openApi = (path: string) => cluster.kubectl(["get", "--raw", path]);
const files = {
  "kube/builtin_shapes.generated.json": await builtinShapesFile(openApi),
  "crds/fields/pod_spec.generated.json": podSpecFile(
    JSON.parse(await openApi("/openapi/v3/api/v1")),
  ),
};
for (const [path, text] of Object.entries(files)) {
  await Deno.writeTextFile(new URL(path, ROOT), text);
  console.log(`Written: ${path}`);
}
