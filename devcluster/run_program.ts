export interface RunOptions {
  args: readonly string[];
  /** Text for its standard input. */
  stdin?: string | undefined;
  cwd?: string;
  /** Added to the environment of this process. */
  env?: Record<string, string>;
}

/** Runs a program to its end and returns its standard output. Throws with its standard error if it fails. */
export async function runProgram(program: string, options: RunOptions): Promise<string> {
  const { args, stdin, ...rest } = options;
  const child = new Deno.Command(program, {
    ...rest,
    args: [...args],
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [output] = await Promise.all([
    child.output(),
    stdin === undefined ? undefined : writeInput(child, stdin),
  ]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (output.success) return text(output.stdout);
  const name = program.replace(/^.*\//, "");
  throw new Error(
    `"${name} ${args.join(" ")}" ended with code ${output.code}: ${text(output.stderr)}`,
  );
}

async function writeInput(child: Deno.ChildProcess, text: string): Promise<void> {
  try {
    await new Blob([text]).stream().pipeTo(child.stdin);
  } catch (error) {
    // The program ended before it read everything. Its exit code and its standard error say why.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
