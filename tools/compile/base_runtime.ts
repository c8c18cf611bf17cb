import { deno } from "../deno.ts";
import { elfMachine } from "./elf_machine.ts";
import { type Target, TARGETS } from "./targets.ts";

/** The program that `deno compile` puts the code behind (`denort`), or why there is none. */
export type BaseRuntime =
  | { available: true; env: Record<string, string> }
  | { available: false; reason: string };

/**
 * Finds the base runtime of a target: the file that the environment names for it, else what Deno itself has or can
 * download.
 *
 * @param environment `DENORT_BIN_X86_64` and `DENORT_BIN_AARCH64` count for one target, `DENORT_BIN` for the one whose
 *   machine it is for
 * @param scratch an empty folder
 * @throws if a named file is not a program for Linux, or one named for a target is for another machine
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
    throw new Error(`Cannot use "${own}" of ${variable}: it is for another machine`);
  }
  const given = environment("DENORT_BIN");
  if (given && await elfMachine(given) === machine) {
    return { available: true, env: { DENORT_BIN: given } };
  }
  // An empty program shows whether it is the runtime that is missing, without the mistakes that ours may have.
  const empty = `${scratch}/empty.js`;
  await Deno.writeTextFile(empty, "");
  const { success, stderr } = await deno(
    ["compile", "--no-config", `--target=${target}`, `--output=${scratch}/empty`, empty],
  );
  if (success) return { available: true, env: {} };
  return { available: false, reason: /^\s*1: (.*)$/m.exec(stderr)?.[1] ?? stderr };
}
