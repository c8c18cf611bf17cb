// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { platformConfig } from "../../reconcile/testing/platform_config.ts";
import { readFiles } from "./manifests.ts";
import { renderManifests } from "./print_manifests.ts";

const FOLDER = new URL("../../examples/", import.meta.url).pathname;
const LEFT_OUT = /is left out: only graphs, components and requests are rendered$/;

async function exampleFiles(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(FOLDER));
  return entries.map(({ name }) => `${FOLDER}${name}`).sort();
}

for (const orchestrator of ["lws", "grove"] as const) {
  Deno.test(`all examples render together without a warning on ${orchestrator}`, async () => {
    const platform = platformConfig({ profilingClusterRoleName: "dynamo-profiling" });
    // `renderManifests` throws for two graphs with the same name. So this test also checks that a user can apply all
    // examples in one namespace.
    const { yaml, warnings } = await renderManifests(await readFiles(await exampleFiles()), {
      namespace: "team",
      orchestrator,
      platform,
    });
    assertEquals(warnings.filter((text) => !LEFT_OUT.test(text)), []);
    const workload = orchestrator === "lws" ? "LeaderWorkerSet" : "PodCliqueSet";
    assertEquals(yaml.includes(`kind: ${workload}\n`), true);
  });
}
