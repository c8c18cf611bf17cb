import { ignoreNotFound } from "../errors.ts";
import { withFileLock } from "../file_lock.ts";
import { buildProgram, type BuildStep } from "./build_program.ts";
import { cacheKey, keyFiles } from "./cache_key.ts";
import { findGo } from "./go.ts";
import type { GoModule, GoProgram } from "./go_module.ts";
import { isCached, putIntoCache } from "./program_cache.ts";
import type { Progress } from "./progress.ts";
import { durationText, progressText } from "./progress_text.ts";

/** Path of each program by its name. */
export type Toolchain = ReadonlyMap<string, string>;

export interface ToolchainOptions {
  modules: readonly GoModule[];
  /** Folder that outlives the checkout; created when absent. */
  cacheDirectory: string;
  progress: Progress;
}

const SCRATCH_PREFIX = "building-";

interface Wanted {
  module: GoModule;
  program: GoProgram;
  directory: string;
}

/**
 * Makes sure that every program of these modules is in the cache, whole, and returns where. Builds
 * only what is missing or damaged. Calls at the same time, in this process or another, build once:
 * the later one waits for the earlier one. Throws when Go is missing or too old, or when a build fails.
 */
export async function ensureToolchain(options: ToolchainOptions): Promise<Toolchain> {
  const { modules, cacheDirectory, progress } = options;
  const go = await findGo(modules);
  const wanted: Wanted[] = [];
  for (const module of modules) {
    const key = cacheKey(module, await keyFiles(module), go);
    const directory = `${cacheDirectory}/${module.name}-${key}`;
    wanted.push(...module.programs.map((program) => ({ module, program, directory })));
  }
  if ((await missingOf(wanted)).length > 0) {
    await Deno.mkdir(cacheDirectory, { recursive: true });
    const startedAtMs = Date.now();
    let waited = false;
    const waiting = (holder: string) => {
      waited = true;
      const time = durationText((Date.now() - startedAtMs) / 1000);
      const line = `Waiting for process ${holder}, which builds the control plane, ${time} so far`;
      progress.update("wait", line);
    };
    await withFileLock(`${cacheDirectory}/build.lock`, waiting, async () => {
      if (waited) progress.note("The other run has ended");
      // Asked again: whoever held the lock may just have built it all.
      await buildAll(await missingOf(wanted), options);
    });
  }
  return new Map(
    wanted.map(({ program, directory }) => [program.name, `${directory}/${program.name}`]),
  );
}

async function missingOf(wanted: readonly Wanted[]): Promise<Wanted[]> {
  const cached = await Promise.all(
    wanted.map(({ directory, program }) => isCached(directory, program.name)),
  );
  return wanted.filter((_, i) => !cached[i]);
}

async function buildAll(missing: readonly Wanted[], options: ToolchainOptions): Promise<void> {
  if (missing.length === 0) return;
  const { cacheDirectory, progress } = options;
  const names = missing.map(({ program }) => program.name).join(", ");
  const usual = missing.reduce((sum, { program }) => sum + program.usualSeconds, 0);
  progress.note(
    `Building ${names} into ${cacheDirectory}, once; with nothing cached this takes about ` +
      `${durationText(usual)} on two cores`,
  );
  const startedAtMs = Date.now();
  await removeLeftovers(cacheDirectory);
  // On the cache's own file system, so that a finished program can be moved into place at once; of an
  // own name, because a Go process that outlived its dead builder may still write into its old one.
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
      progress.note(`Building ${program.name} failed`);
      throw error;
    }
    await putIntoCache(directory, program.name, built);
  }
  await Deno.remove(scratch, { recursive: true });
  progress.note(`Built ${names} in ${durationText((Date.now() - startedAtMs) / 1000)}`);
}

/** Nobody else builds while we hold the lock: what lies there is a dead run's. */
async function removeLeftovers(cacheDirectory: string): Promise<void> {
  for await (const { name } of Deno.readDir(cacheDirectory)) {
    if (!name.startsWith(SCRATCH_PREFIX)) continue;
    await Deno.remove(`${cacheDirectory}/${name}`, { recursive: true }).catch(ignoreNotFound);
  }
}
