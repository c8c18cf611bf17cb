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
    const text = await builtinShapesFile((path) => cluster.kubectl(["get", "--raw", path]));
    assert(
      text === await Deno.readTextFile(GENERATED),
      "kube/builtin_shapes.generated.json is out of date; run `deno task generate:openapi`",
    );
  },
});
