// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { crdManifests } from "../../crds/emit/manifests.ts";
import { PROJECT } from "../names.ts";
import { crdFile } from "./crds.ts";

Deno.test("each definition has its file in the chart", async () => {
  for (const { metadata } of crdManifests()) {
    const text = await Deno.readTextFile(`${PROJECT}${crdFile(metadata.name)}`);
    assertEquals(text.includes(`\n  name: ${metadata.name}\n`), true, metadata.name);
  }
});
