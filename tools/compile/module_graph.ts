import { mustDeno } from "../deno.ts";

interface ModuleGraph {
  modules: { specifier: string; npmPackage?: string }[];
}

/**
 * The packages that the modules of a program import themselves, by their ids in the lock file.
 *
 * @throws where a module cannot be found
 */
export async function importedPackages(entry: string, config: string): Promise<string[]> {
  const args = ["info", "--json", `--config=${config}`, entry];
  const { modules } = JSON.parse(await mustDeno(`read "${entry}"`, args)) as ModuleGraph;
  const ids = modules.flatMap(({ npmPackage }) => npmPackage ?? []);
  return [...new Set(ids)].sort();
}
