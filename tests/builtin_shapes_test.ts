// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { builtinShapesFile } from "../tools/shapes/builtin_shapes.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";

const GENERATED = new URL("../kube/builtin_shapes.generated.json", import.meta.url);

Deno.test({
  name: "the shapes of built-in kinds match the OpenAPI of this API server",
  ignore: noCluster,
  async fn() {
    const cluster = await sharedCluster();
    const text = await builtinShapesFile((args) => cluster.kubectl(args));
    assert(
      text === await Deno.readTextFile(GENERATED),
      "kube/builtin_shapes.generated.json is out of date; regenerate it with " +
        "`deno run --allow-run=kubectl tools/shapes/builtin_shapes.ts > kube/builtin_shapes.generated.json`",
    );
  },
});
