export interface RunOptions {
  args: readonly string[];
  stdin?: string | undefined;
  cwd?: string;
  /** Environment variables for the program, in addition to those of this process. */
  env?: Record<string, string>;
}

/** Runs a program and returns its standard output. If the program fails, throws an error with its standard error. */
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
    `"${name} ${args.join(" ")}" exited with code ${output.code}: ${text(output.stderr)}`,
  );
}

async function writeInput(child: Deno.ChildProcess, text: string): Promise<void> {
  try {
    await new Blob([text]).stream().pipeTo(child.stdin);
  } catch (error) {
    // A broken pipe means that the program exited early. The exit code and standard error contain the reason.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
