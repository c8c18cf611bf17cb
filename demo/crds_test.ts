// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { crdManifests } from "../crds/emit/manifests.ts";
import { crdFiles, crdName } from "./crds.ts";
import { PROJECT } from "./names.ts";

Deno.test("each CRD has a file in the chart with its name", async () => {
  const files = await crdFiles();
  assertEquals(
    files.map(crdName).sort(),
    crdManifests().map(({ metadata }) => metadata.name).sort(),
  );
  for (const file of files) {
    const text = await Deno.readTextFile(`${PROJECT}${file}`);
    assertEquals(text.includes(`\n  name: ${crdName(file)}\n`), true, file);
  }
});
