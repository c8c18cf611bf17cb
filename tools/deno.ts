/** How a run of Deno ended, and what it printed, without colours. */
export interface DenoRun {
  success: boolean;
  stdout: string;
  stderr: string;
}

/** Runs this Deno with some arguments; of a base runtime in the environment it is told by `env` only. */
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

/** The same, for what must succeed. Returns what was printed; throws what was complained of when it fails. */
export async function mustDeno(
  what: string,
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<string> {
  const { success, stdout, stderr } = await deno(args, env);
  if (success) return stdout;
  throw new Error(`Cannot ${what}:\n${stderr}`);
}
