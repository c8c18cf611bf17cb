import { createHash } from "node:crypto";
import { BUILD_ENVIRONMENT, BUILD_FLAGS, type Go } from "./go.ts";
import type { GoModule } from "./go_module.ts";

type KeyFile = { name: string; content: string };

/** Returns a hash of all inputs of a module's build: its files, build settings, Go version and platform. */
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

/** Reads the files of a module for its cache key: `go.mod`, `go.sum` and the module's own sources. */
export async function keyFiles({ directory }: GoModule): Promise<KeyFile[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const names = entries.map(({ name }) => name).filter((name) =>
    /^go\.(mod|sum)$|\.go$/.test(name)
  );
  return await Promise.all(
    names.map(async (name) => ({ name, content: await Deno.readTextFile(`${directory}/${name}`) })),
  );
}
