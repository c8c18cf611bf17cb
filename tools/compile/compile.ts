import { V8_FLAGS } from "../../process/memory.ts";
import { mustDeno } from "../deno.ts";
import { type BaseRuntime, findBaseRuntime } from "./base_runtime.ts";
import { bundle, type BundleSource } from "./bundle.ts";
import { checksums } from "./checksums.ts";
import { lockedPackages } from "./lock.ts";
import { importedPackages } from "./module_graph.ts";
import { sbom } from "./sbom.ts";
import type { Target } from "./targets.ts";

export interface CompileTask extends BundleSource {
  /** Name of the program. A binary is named `NAME-VERSION-TARGET`. */
  name: string;
  version: string;
  targets: readonly Target[];
  out: string;
  environment(name: string): string | undefined;
}

export interface Compiled {
  /** Names of the files in the output folder, with the checksum file last. */
  files: string[];
  /** Targets for which no binary was compiled, and the reason for each. */
  skipped: { target: Target; reason: string }[];
}

/**
 * Writes one binary per target, the bill of materials, checksums of these files, and the bundle in the folder `bundle`.
 *
 * @throws if compilation fails; a target without a base runtime is skipped
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
    // The function `bundle` has already checked the types of the program.
    "--no-check",
    // A program with a code cache writes a file at its first start, but a container's file system is read-only.
    "--no-code-cache",
    "--no-remote",
    "--no-npm",
  ];
  const args = ["compile", ...flags, `--target=${target}`, `--output=${output}`, main];
  await mustDeno(`compile for "${target}"`, args, env);
}
