// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import { VERSION } from "../../commands/cli/version.ts";
import { CHARTS, helm } from "./helm.ts";
import { objectsIn, operatorValues, render, withValues } from "./render.ts";

Deno.test("as a dependency under another name, the chart renders the same objects", async () => {
  const values = operatorValues({
    namespaceRestriction: { enabled: true, targetNamespace: "team" },
    controllerManager: { replicas: 2 },
  });
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/charts`);
    await Deno.symlink(`${CHARTS}platform`, `${folder}/charts/dynamo-platform`);
    const dependency = { name: "dynamo-platform", alias: "inference", version: VERSION };
    const chart = { apiVersion: "v2", name: "umbrella", version: "1.0.0" };
    await Deno.writeTextFile(
      `${folder}/Chart.yaml`,
      stringify({ ...chart, dependencies: [dependency] }),
    );
    const text = await withValues({ inference: values }, (file) =>
      helm([
        ...["template", "dynamo-platform", folder, "--namespace", "dynamo-system"],
        ...["--values", file, "--kube-version", "1.35.4"],
      ]));
    const sorted = (objects: unknown[]) => objects.map((object) => JSON.stringify(object)).sort();
    assertEquals(sorted(objectsIn(text)), sorted(await render({ values })));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
