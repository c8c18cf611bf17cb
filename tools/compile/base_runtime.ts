import { deno } from "../deno.ts";
import { elfMachine } from "./elf_machine.ts";
import { type Target, TARGETS } from "./targets.ts";

/** The base runtime (`denort`), into which `deno compile` embeds the code, or the reason why it is unavailable. */
export type BaseRuntime =
  | { available: true; env: Record<string, string> }
  | { available: false; reason: string };

/**
 * Returns the base runtime of a target: the file that an environment variable names. If no variable applies to the
 * target, Deno uses the file that it has cached or can download.
 *
 * @param environment returns the value of an environment variable. `DENORT_BIN_X86_64` and `DENORT_BIN_AARCH64` apply
 *   to one target each. `DENORT_BIN` applies to a target if its file is for the same architecture
 * @param scratch an empty folder for temporary files
 * @throws if a file is not a Linux program, or the variable of a target names a file for another architecture
 */
export async function findBaseRuntime(
  target: Target,
  environment: (name: string) => string | undefined,
  scratch: string,
): Promise<BaseRuntime> {
  const { machine, variable } = TARGETS[target];
  const own = environment(variable);
  if (own) {
    if (await elfMachine(own) === machine) return { available: true, env: { DENORT_BIN: own } };
    throw new Error(`Cannot use "${own}" of ${variable}: it is for another architecture`);
  }
  const given = environment("DENORT_BIN");
  if (given && await elfMachine(given) === machine) {
    return { available: true, env: { DENORT_BIN: given } };
  }
  // Deno can compile an empty program only if it has cached or can download the base runtime.
  const empty = `${scratch}/empty.js`;
  await Deno.writeTextFile(empty, "");
  const { success, stderr } = await deno(
    ["compile", "--no-config", `--target=${target}`, `--output=${scratch}/empty`, empty],
  );
  if (success) return { available: true, env: {} };
  return { available: false, reason: /^\s*1: (.*)$/m.exec(stderr)?.[1] ?? stderr };
}

export function skippedNotice(target: Target, reason: string): string {
  const { deno } = Deno.version;
  return `
SKIPPED: no binary for ${target}: Deno's base runtime is unavailable: ${reason}
         Set ${TARGETS[target].variable}=FILE (or DENORT_BIN=FILE) to the program "denort" from
         denort-${target}.zip of Deno's release v${deno}. The bundle runs without it, see docs/building.md.`;
}
