import { lines } from "../devcluster/lines.ts";
import type { Output } from "./output.ts";

export interface KubectlOptions {
  /** Path of the kubectl program, or the name of a program on PATH. */
  program: string;
  /** Value of the environment variable KUBECONFIG for kubectl. */
  kubeconfig: string;
  /** Flags of every kubectl command, such as `--context=NAME`. */
  flags: readonly string[];
  directory: string;
  output: Output;
  /** Aborting this signal kills all running commands; `run`, `runQuietly` and `read` then throw its abort reason. */
  signal: AbortSignal;
}

/** Runs kubectl with command lines that the user of the demo could also type. */
export interface Kubectl {
  /** Prints the command and its output. Returns standard output. Throws an error that contains standard error. */
  run(args: readonly string[]): Promise<string>;
  /** Like `run`, but does not print the output of the command. */
  runQuietly(args: readonly string[]): Promise<string>;
  /** Like `run`, but prints neither the command nor its output. */
  read(args: readonly string[]): Promise<string>;
  /**
   * Runs a command until `work` is done. Prints the command and each changed row. Returns the result of `work`.
   *
   * @param args a command with `--watch`
   * @param onRow is called for each printed row except the heading of the table
   */
  watchWhile<T>(
    args: readonly string[],
    work: () => Promise<T>,
    onRow?: (row: string) => void,
  ): Promise<T>;
  /** Returns the words of the command line that runs kubectl with these arguments. */
  words(args: readonly string[]): string[];
}

export function createKubectl(options: KubectlOptions): Kubectl {
  const { program, flags, output, signal } = options;
  const words = (args: readonly string[]) => ["kubectl", ...flags, ...args];

  const command = (args: readonly string[], stderr: "piped" | "inherit") =>
    new Deno.Command(program, {
      args: [...flags, ...args],
      cwd: options.directory,
      env: { KUBECONFIG: options.kubeconfig },
      stdin: "null",
      stdout: "piped",
      stderr,
      signal,
    });

  async function execute(args: readonly string[]) {
    signal.throwIfAborted();
    const { success, code, ...bytes } = await command(args, "piped").output();
    signal.throwIfAborted();
    const stdout = new TextDecoder().decode(bytes.stdout);
    const stderr = new TextDecoder().decode(bytes.stderr);
    if (success) return { stdout, stderr };
    throw new Error(`"kubectl ${args.join(" ")}" exited with code ${code}: ${stderr}`);
  }

  return {
    words,
    async run(args) {
      output.command(words(args));
      const { stdout, stderr } = await execute(args);
      // Standard error is printed too, because kubectl writes "No resources found" there.
      output.commandOutput(stdout + stderr);
      return stdout;
    },
    async runQuietly(args) {
      output.command(words(args));
      return (await execute(args)).stdout;
    },
    async read(args) {
      return (await execute(args)).stdout;
    },
    async watchWhile(args, work, onRow) {
      output.command(words(args));
      const child = command(args, "inherit").spawn();
      const printing = (async () => {
        for await (const { row, heading } of changedRows(lines(child.stdout))) {
          output.commandOutput(row);
          if (!heading) onRow?.(row);
        }
      })();
      try {
        return await work();
      } finally {
        // If the signal is aborted, Deno has already killed kubectl.
        if (!signal.aborted) child.kill("SIGKILL");
        await Promise.all([printing, child.status]);
      }
    },
  };
}

/**
 * Yields each row of a table that differs from the previous row of the same object. `kubectl get --watch` prints a row
 * for every change of an object, even if no column but AGE has changed.
 */
export async function* changedRows(
  table: AsyncIterable<string>,
): AsyncGenerator<{ row: string; heading: boolean }> {
  let heading: string[] | undefined;
  const previous = new Map<string | undefined, string>();
  for await (const row of table) {
    const columns = row.trim().split(/ {2,}/);
    if (heading === undefined) {
      heading = columns;
      yield { row, heading: true };
      continue;
    }
    const name = columns[heading.indexOf("NAME")];
    if (heading.at(-1) === "AGE") columns.pop();
    const state = columns.filter((text) => text !== "ADDED" && text !== "MODIFIED").join("  ");
    if (previous.get(name) === state) continue;
    previous.set(name, state);
    yield { row, heading: false };
  }
}
