// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
// @ts-types="../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { lwsCrdFile } from "../devcluster/addons/lws_crds.ts";
import { leaderWorkerSets } from "../kube/optional_kinds.ts";
import { shapeOf } from "../kube/resource.ts";
import { fieldOf, type Shape } from "../kube/shape.ts";
import { readShapes } from "../kube/shape_file.ts";
import { type Schema, shapesOfSchemas } from "../tools/shapes/shape_of_schema.ts";
import { noCluster as ignore } from "./support/shared_cluster.ts";

Deno.test(
  "server-side apply merges the lists of a LeaderWorkerSet by the keys that the operator assumes",
  // The test reads the CRD from a Go module, which requires Go. So it runs only under `deno task test`.
  { ignore },
  async () => {
    const crd = parse(await Deno.readTextFile(await lwsCrdFile())) as {
      spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
    };
    const schema = crd.spec.versions[0]?.schema.openAPIV3Schema ?? {};
    const shape = readShapes(shapesOfSchemas({ crd: schema })).get("crd") ?? {};
    const keys = keyedLists(shape);
    assert(keys.size > 20, `the CRD has only ${keys.size} keyed lists`);
    for (const [path, ofCrd] of keys) {
      const assumed = path.split(".").reduce(
        (inner, field) => field === "[]" ? inner.each ?? {} : fieldOf(inner, field),
        shapeOf(leaderWorkerSets),
      );
      assertEquals(assumed.keys, ofCrd, path);
    }
  },
);

/** Returns the merge keys of each list that has merge keys. The key of the map is the path of the list. */
function keyedLists(shape: Shape, path: string[] = []): Map<string, Shape["keys"]> {
  return new Map([
    ...(shape.keys ? [[path.join("."), shape.keys] as const] : []),
    ...(shape.each ? keyedLists(shape.each, [...path, "[]"]) : []),
    ...Object.entries(shape.fields ?? {}).flatMap(([field, inner]) => [
      ...keyedLists(inner, [...path, field]),
    ]),
  ]);
}
