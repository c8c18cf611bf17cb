// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { z } from "zod";
import { AGE, type KindVersion } from "../custom_kind.ts";
import { dynamoModelNames } from "../names.ts";
import { crdManifest } from "./manifest.ts";

function version(name: string, more: Partial<KindVersion>): KindVersion {
  const spec = z.object({ [name]: z.string() });
  return { name, served: true, storage: false, description: name, spec, columns: [], ...more };
}

Deno.test("every version of a kind is emitted with its own schema, columns and subresources", () => {
  const { spec } = crdManifest({
    names: dynamoModelNames,
    shortNames: ["dm"],
    versions: [
      version("v1alpha1", { storage: true, status: z.object({}), columns: [AGE] }),
      version("v1beta1", { served: false }),
    ],
  });
  const facts = spec.versions.map(({ schema, additionalPrinterColumns, ...rest }) => ({
    ...rest,
    columns: additionalPrinterColumns.length,
    spec: Object.keys(schema.openAPIV3Schema.properties?.["spec"]?.properties ?? {}),
  }));
  assertEquals(facts, [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      subresources: { status: {} },
      columns: 1,
      spec: ["v1alpha1"],
    },
    { name: "v1beta1", served: false, storage: false, columns: 0, spec: ["v1beta1"] },
  ]);
});
