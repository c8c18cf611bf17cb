// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier: string }; isDynamic?: boolean }[];
}

Deno.test("delete-partition installs its signal handlers before it loads a package or run_deletion.ts", async () => {
  const entry = new URL("delete_partition.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry] })
    .output();
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const byName = new Map(modules.map((module) => [module.specifier, module]));
  const first = new Set([entry]);
  const later: string[] = [];
  for (const name of first) {
    for (const { code, isDynamic } of byName.get(name)?.dependencies ?? []) {
      if (code) isDynamic ? later.push(code.specifier) : first.add(code.specifier);
    }
  }
  assertEquals(later, [new URL("run_deletion.ts", import.meta.url).href]);
  assert(first.has(new URL("../../process/stop_signal.ts", import.meta.url).href));
  assertEquals([...first].filter((name) => !name.startsWith("file:")), []);
});
