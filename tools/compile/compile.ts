import { V8_FLAGS } from "../../process/memory.ts";
import { type BaseRuntime, findBaseRuntime } from "./base_runtime.ts";
import { bundle, type BundleSource } from "./bundle.ts";
import { checksums } from "./checksums.ts";
import { mustDeno } from "../deno.ts";
import { lockedPackages } from "./lock.ts";
import { importedPackages } from "./module_graph.ts";
import { sbom } from "./sbom.ts";
import type { Target } from "./targets.ts";

/** What is compiled, from what and to where. */
export interface CompileTask extends BundleSource {
  /** Names the files: `NAME-VERSION-TARGET`. */
  name: string;
  version: string;
  targets: readonly Target[];
  /** Folder for all that is made. */
  out: string;
  environment(name: string): string | undefined;
}

/** What there is now. */
export interface Compiled {
  /** Names of the files in the folder, the checksums last. */
  files: string[];
  /** Targets without a binary, and why. */
  skipped: { target: Target; reason: string }[];
}

/**
 * Makes a folder with one binary for each target, the bill of materials, the checksums of both, and `bundle`, the
 * JavaScript that is in the binaries.
 *
 * @throws if the program cannot be compiled; a missing base runtime is no error
 */
export async function compile(task: CompileTask): Promise<Compiled> {
  const { name, version, entry, config, permissions, targets, out, environment } = task;
  await Deno.mkdir(out, { recursive: true });
  const bundled = await bundle(task, `${out}/bundle`);

  const bill = `${name}-${version}.cdx.json`;
  const lock = await Deno.readTextFile(config.replace(/[^/]*$/, "deno.lock"));
  const materials = sbom({
    name,
    version,
    denoVersion: Deno.version.deno,
    packages: lockedPackages(lock),
    imported: await importedPackages(entry, config),
  });
  await Deno.writeTextFile(`${out}/${bill}`, materials);

  const files: string[] = [];
  const skipped: Compiled["skipped"] = [];
  for (const target of targets) {
    const runtime = await baseRuntime(target, environment);
    if (!runtime.available) {
      skipped.push({ target, reason: runtime.reason });
      continue;
    }
    const file = `${name}-${version}-${target}`;
    await compileBundle({ ...bundled, permissions }, target, `${out}/${file}`, runtime.env);
    files.push(file);
  }
  files.push(bill);
  await Deno.writeTextFile(`${out}/SHA256SUMS`, await checksums(out, files));
  return { files: [...files, "SHA256SUMS"], skipped };
}

async function baseRuntime(target: Target, environment: CompileTask["environment"]) {
  const scratch = await Deno.makeTempDir();
  try {
    return await findBaseRuntime(target, environment, scratch);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function compileBundle(
  { main, config, permissions }: { main: string; config: string; permissions: string },
  target: Target,
  output: string,
  env: Extract<BaseRuntime, { available: true }>["env"],
): Promise<void> {
  const flags = [
    `--config=${config}`,
    "--no-prompt",
    `--permission-set=${permissions}`,
    `--v8-flags=${V8_FLAGS}`,
    // The types were checked before the bundle was made.
    "--no-check",
    // It would be written beside a temporary file at the first start, and a container's file system is read-only.
    "--no-code-cache",
    "--no-remote",
    "--no-npm",
  ];
  const args = ["compile", ...flags, `--target=${target}`, `--output=${output}`, main];
  await mustDeno(`compile for "${target}"`, args, env);
}
