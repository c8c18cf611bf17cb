import type { Screen } from "../view/screen.ts";

export interface KubectlOptions {
  /** Path, or a name to be found on PATH. */
  program: string;
  /** Value of the variable KUBECONFIG. */
  kubeconfig: string;
  /** Given with each command, as `--context=NAME`. */
  flags: readonly string[];
  /** Relative paths in arguments start here. */
  directory: string;
  screen: Screen;
}

/** Kubectl as the user of the demo would call it. */
export interface Kubectl {
  /** Prints the command, runs it and prints what it says. Throws with that when it fails. */
  run(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Runs a command without a word. */
  ask(args: readonly string[], signal?: AbortSignal): Promise<string>;
  /** The command as its words, for printing. */
  words(args: readonly string[]): string[];
}

export interface RunOptions {
  /** Prints the command only. */
  silent?: boolean;
  /** Ends the command when it is aborted, by throwing the reason. */
  signal?: AbortSignal | undefined;
}

export function createKubectl(options: KubectlOptions): Kubectl {
  const { program, kubeconfig, flags, directory, screen } = options;

  async function execute(args: readonly string[], signal?: AbortSignal) {
    signal?.throwIfAborted();
    const output = await new Deno.Command(program, {
      args: [...flags, ...args],
      cwd: directory,
      env: { KUBECONFIG: kubeconfig },
      stdin: "null",
      ...(signal && { signal }),
    }).output();
    signal?.throwIfAborted();
    const [said, complained] = [output.stdout, output.stderr].map((b) =>
      new TextDecoder().decode(b)
    );
    if (!output.success) {
      throw new Error(`"kubectl ${args.join(" ")}" ended with code ${output.code}: ${complained}`);
    }
    return { said: said ?? "", complained: complained ?? "" };
  }

  const words = (args: readonly string[]) => ["kubectl", ...flags, ...args];
  return {
    words,
    async run(args, { silent = false, signal } = {}) {
      screen.command(words(args));
      const { said, complained } = await execute(args, signal);
      // Notes such as "No resources found" go to standard error.
      if (!silent) screen.output(said + complained);
      return said;
    },
    async ask(args, signal) {
      return (await execute(args, signal)).said;
    },
  };
}

/** Deletes what these manifest files name, as far as it exists. */
export async function deleteFiles(kubectl: Kubectl, files: readonly string[]): Promise<void> {
  const manifests = files.flatMap((file) => ["-f", file]);
  await kubectl.run(["delete", "--ignore-not-found", ...manifests]);
}
