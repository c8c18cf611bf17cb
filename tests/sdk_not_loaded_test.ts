// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

interface Edge {
  code?: { specifier: string };
  isDynamic?: boolean;
}

interface Module {
  specifier: string;
  dependencies?: Edge[];
}

/**
 * Returns the modules that Deno loads when `main.ts` runs a subcommand. `entries` are the modules that `main.ts`
 * imports dynamically for this subcommand.
 */
async function loadedBy(...entries: string[]): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: ROOT.pathname,
  }).output();
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const loaded = new Set<string>();
  const main = new URL("main.ts", ROOT).href;
  const toLoad = [main, ...entries.map((entry) => new URL(entry, ROOT).href)];
  for (let name = toLoad.pop(); name !== undefined; name = toLoad.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const { code, isDynamic } of byName.get(name)?.dependencies ?? []) {
      // Skip the dynamic imports of `main.ts`, because they load all subcommands. `entries` contains the imports of
      // this subcommand.
      if (code && !(name === main && isDynamic)) toLoad.push(code.specifier);
    }
  }
  return loaded;
}

const isSdk = (specifier: string) => /npm:\/?@(aws-sdk|smithy)\//.test(specifier);

Deno.test("run does not load the AWS SDK", async () => {
  const loaded = await loadedBy("commands/run/run.ts");
  assert([...loaded].some((module) => module.endsWith("reconcile/graph/controller.ts")));
  assert(loaded.size > 100, `the test found only ${loaded.size} modules`);
  assertEquals([...loaded].filter(isSdk), []);
});

Deno.test("delete-partition loads the AWS SDK", async () => {
  const loaded = await loadedBy("commands/delete_partition/delete_partition.ts");
  assert([...loaded].some(isSdk));
});
