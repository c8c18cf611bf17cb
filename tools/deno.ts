/** Result of a Deno subprocess. The output contains no colour codes. */
export interface DenoRun {
  success: boolean;
  stdout: string;
  stderr: string;
}

/** Runs a subcommand of Deno. The subcommand inherits the environment except `DENORT_BIN`, which only `env` can set. */
export async function deno(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<DenoRun> {
  const { DENORT_BIN: _, ...inherited } = Deno.env.toObject();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...inherited, ...env, NO_COLOR: "1" },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { success, stdout: text(stdout), stderr: text(stderr) };
}

/**
 * Runs a subcommand of Deno and returns its standard output.
 *
 * @param purpose verb phrase for the error message, such as `bundle "main.ts"`
 * @throws if the subcommand fails, with the standard error of Deno in the message
 */
export async function mustDeno(
  purpose: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const { success, stdout, stderr } = await deno(args, env);
  if (success) return stdout;
  throw new Error(`Cannot ${purpose}:\n${stderr}`);
}
