import { createHash } from "node:crypto";
import { withFileLock } from "../file_lock.ts";
import { buildProgram, type BuildStep } from "./build_program.ts";
import { cacheKey, keyFiles } from "./cache_key.ts";
import { findGo } from "./go.ts";
import type { GoModule, GoProgram } from "./go_module.ts";
import { addToCache, isCached } from "./program_cache.ts";
import type { Progress } from "./progress.ts";
import { durationText, progressText } from "./progress_text.ts";

/** Path of each program, keyed by the name of the program. */
export type Toolchain = ReadonlyMap<string, string>;

export interface ToolchainOptions {
  modules: readonly GoModule[];
  /** Path of the folder for built programs. `ensureToolchain` creates the folder if it does not exist. */
  cacheDirectory: string;
  progress: Progress;
}

const SCRATCH_PREFIX = "building-";

interface CachedProgram {
  module: GoModule;
  program: GoProgram;
  directory: string;
}

/**
 * Returns the programs of these modules. First builds each program that is damaged or not in the cache. While one call
 * builds, all concurrent calls wait, including those in other processes. Throws if Go is missing or too old, or if a
 * build fails.
 *
 * The function does not use the cache of `go tool` for two reasons. At every start, `go tool -n` takes almost a second
 * for each program of Kubernetes. The command also does not detect a damaged program.
 */
export async function ensureToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const { modules, cacheDirectory, progress } = options;
  const go = await findGo(modules);
  const wanted: CachedProgram[] = [];
  for (const module of modules) {
    const key = cacheKey(module, await keyFiles(module), go);
    const directory = `${cacheDirectory}/${module.name}-${key}`;
    wanted.push(...module.programs.map((program) => ({ module, program, directory })));
  }
  if ((await missingOf(wanted)).length > 0) {
    await Deno.mkdir(cacheDirectory, { recursive: true });
    const startedAtMs = Date.now();
    let waited = false;
    const onWait = (holderPid: string) => {
      waited = true;
      const time = durationText((Date.now() - startedAtMs) / 1000);
      progress.update(
        "wait",
        `Waiting ${time} for process ${holderPid}, which builds the control plane`,
      );
    };
    await withFileLock(`${cacheDirectory}/build.lock`, onWait, async () => {
      if (waited) progress.note("The other process has released the lock");
      // Checks again, because another process may have built the programs while this process waited for the lock.
      await buildAll(await missingOf(wanted), options);
    });
  }
  return new Map(
    wanted.map(({ program, directory }) => [program.name, `${directory}/${program.name}`]),
  );
}

async function missingOf(wanted: readonly CachedProgram[]): Promise<CachedProgram[]> {
  const cached = await Promise.all(
    wanted.map(({ directory, program }) => isCached(directory, program.name)),
  );
  return wanted.filter((_, i) => !cached[i]);
}

async function buildAll(
  missing: readonly CachedProgram[],
  { cacheDirectory, progress }: ToolchainOptions,
): Promise<void> {
  if (missing.length === 0) return;
  const names = missing.map(({ program }) => program.name).join(", ");
  const usualSeconds = missing.reduce((sum, { program }) => sum + program.usualSeconds, 0);
  progress.note(
    `Building ${names} into ${cacheDirectory}, once; with empty caches this takes about ` +
      `${durationText(usualSeconds)} on two cores`,
  );
  const startedAtMs = Date.now();
  await removeLeftovers(cacheDirectory);
  // The scratch folder is on the file system of the cache. A rename can therefore move a program into the cache. Each
  // build uses a new folder, because a Go process of a killed build may still write to the previous folder.
  const scratch = await Deno.makeTempDir({ dir: cacheDirectory, prefix: SCRATCH_PREFIX });
  for (const [i, { module, program, directory }] of missing.entries()) {
    await Deno.mkdir(directory, { recursive: true });
    const built = `${scratch}/${program.name}`;
    const show = (step: BuildStep) =>
      progress.update(
        program.name,
        progressText({
          ...step,
          program: module.version ? `${program.name} ${module.version}` : program.name,
          position: i + 1,
          programs: missing.length,
          usualSeconds: program.usualSeconds,
        }),
      );
    try {
      await buildProgram(module, program, built, show);
    } catch (error) {
      progress.note(`Cannot build ${program.name}`);
      throw error;
    }
    await addToCache(directory, program.name, built);
  }
  await Deno.remove(scratch, { recursive: true });
  progress.note(`Built ${names} in ${durationText((Date.now() - startedAtMs) / 1000)}`);
}

/** Removes scratch folders of killed builds. The caller holds the lock, so no other process uses a scratch folder. */
async function removeLeftovers(cacheDirectory: string): Promise<void> {
  for await (const { name } of Deno.readDir(cacheDirectory)) {
    if (!name.startsWith(SCRATCH_PREFIX)) continue;
    await Deno.remove(`${cacheDirectory}/${name}`, { recursive: true });
  }
}

/** Returns a folder with a symbolic link to each program. Creates the folder, or repairs the links in it. */
export async function linkPrograms(cacheDirectory: string, toolchain: Toolchain): Promise<string> {
  const paths = JSON.stringify([...toolchain].sort());
  const key = createHash("sha256").update(paths).digest("hex").slice(0, 12);
  const directory = `${cacheDirectory}/bin-${key}`;
  await Deno.mkdir(directory, { recursive: true });
  for (const [name, path] of toolchain) {
    // Another process may use the link at the same time, so a rename replaces it atomically.
    const temporary = `${directory}/.${name}-${crypto.randomUUID()}`;
    await Deno.symlink(path, temporary);
    await Deno.rename(temporary, `${directory}/${name}`);
  }
  return directory;
}
