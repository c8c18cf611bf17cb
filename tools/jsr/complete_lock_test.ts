// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lockedPackages } from "../compile/lock.ts";
import { packageIds } from "../compile/module_graph.ts";
import { deno } from "../deno.ts";
import { completeLock } from "./complete_lock.ts";
import { serveFakeRegistry } from "./testing/fake_registry.ts";

Deno.test("the lock file gets the packages of the registry, and the compile task reads them", async () => {
  await using registry = await serveFakeRegistry({
    "@std/assert": { version: "1.0.3", source: "export {};\n" },
    "@std/yaml": {
      version: "1.0.5",
      source: 'export * from "jsr:@std/internal@^1.0.0";\n',
    },
    "@std/internal": { version: "1.0.7", source: "export const parse = (text: string) => text;\n" },
  });
  const folder = await Deno.makeTempDir();
  try {
    const imports = { "@std/yaml": "jsr:@std/yaml@^1.0.0" };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports, lock: true }));
    await Deno.writeTextFile(`${folder}/main.ts`, 'import "@std/yaml";\n');
    const env = { JSR_URL: registry.url, DENO_DIR: `${folder}/cache` };
    const run = (args: readonly string[]) => deno(args, env);
    assertStringIncludes(await completeLock(folder, run, registry.url), "Completed deno.lock");

    const packages = lockedPackages(await Deno.readTextFile(`${folder}/deno.lock`));
    assertEquals([...packages.keys()].sort(), ["jsr:@std/internal@1.0.7", "jsr:@std/yaml@1.0.5"]);
    assertEquals(packages.get("jsr:@std/yaml@1.0.5")?.dependencies, ["jsr:@std/internal@1.0.7"]);
    const graph = await run([
      "info",
      "--json",
      `--config=${folder}/deno.json`,
      `${folder}/main.ts`,
    ]);
    assertEquals(packageIds(JSON.parse(graph.stdout)), [...packages.keys()].sort());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("without a connection to the registry the lock file stays as it is", async () => {
  await using registry = await serveFakeRegistry({});
  const run = () => Promise.reject(new Error("not called"));
  const missing = await completeLock("/folder", run, registry.url);
  assertStringIncludes(missing, "JSR cannot be reached: 127.0.0.1:");
  const closed = await completeLock("/folder", run, "http://127.0.0.1:1/");
  assert(closed.startsWith("SKIPPED: deno.lock is incomplete"), closed);
});
