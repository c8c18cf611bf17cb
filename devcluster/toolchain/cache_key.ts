import { createHash } from "node:crypto";
import { BUILD_ENVIRONMENT, BUILD_FLAGS, type Go } from "./go.ts";
import type { GoModule } from "./go_module.ts";

/** A file of a module folder, as it enters the key. */
export interface KeyFile {
  name: string;
  content: string;
}

/**
 * Names the cache folder of a module: equal for equal pinned files, Go version, platform and build
 * settings, and different otherwise. Twelve hexadecimal digits are plenty to tell a handful apart.
 */
export function cacheKey(module: GoModule, files: readonly KeyFile[], go: Go): string {
  const parts = {
    go,
    flags: BUILD_FLAGS,
    environment: BUILD_ENVIRONMENT,
    linkerFlags: module.linkerFlags,
    programs: module.programs.map((program) => [program.name, program.package]),
    files: files.map((file) => [file.name, file.content]).sort(),
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}

/** Reads what pins a module: `go.mod`, `go.sum` and sources of our own. */
export async function keyFiles(module: GoModule): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  for await (const entry of Deno.readDir(module.directory)) {
    if (!/^go\.(mod|sum)$|\.go$/.test(entry.name)) continue;
    files.push({
      name: entry.name,
      content: await Deno.readTextFile(`${module.directory}/${entry.name}`),
    });
  }
  return files;
}
