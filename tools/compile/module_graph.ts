import { mustDeno } from "../deno.ts";

/** Output of `deno info --json`. */
interface ModuleGraph {
  modules: { specifier: string; npmPackage?: string }[];
}

/** URL of a module in a JSR package: scope and name of the package, its version, and the path of the module. */
const JSR_MODULE = /^https?:\/\/[^/]+\/(@[^/]+\/[^/]+)\/(\d[^/]*)\/./;

/**
 * Returns the lock file ids of the packages that the modules of a program import.
 *
 * @throws if Deno cannot find a module
 */
export async function importedPackages(entry: string, config: string): Promise<string[]> {
  const args = ["info", "--json", `--config=${config}`, entry];
  return packageIds(JSON.parse(await mustDeno(`read the modules of "${entry}"`, args)));
}

/** Returns the ids of the packages in a module graph. The graph lists npm packages without their modules. */
export function packageIds({ modules }: ModuleGraph): string[] {
  const ids = modules.flatMap(({ specifier, npmPackage }) => {
    const [, name, version] = JSR_MODULE.exec(specifier) ?? [];
    return name ? `jsr:${name}@${version}` : npmPackage ?? [];
  });
  return [...new Set(ids)].sort();
}
