import { helmProgram } from "./helm.ts";

const GUIDES = new URL("../../docs/", import.meta.url);

export interface ShellOptions {
  kubeconfig: string;
  /** Path of kubectl, whose version must match the version of the cluster. */
  kubectl: string;
  directory: string;
  variables?: Record<string, string>;
}

/** Returns the commands in a guide, one per element. `guide` is a file name in the folder `docs`. */
export async function documentedCommands(guide = "install.md"): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(guide, GUIDES));
  return text.replaceAll(/\s*\\\n\s*/g, " ").split("\n")
    .filter((line) => line.startsWith("    ")).map((line) => line.trim());
}

/** Returns the command of the guide that starts with this text. Throws unless there is exactly one such command. */
export async function documentedCommand(beginning: string, guide?: string): Promise<string> {
  const found = (await documentedCommands(guide)).filter((line) => line.startsWith(beginning));
  const [command] = found;
  if (command !== undefined && found.length === 1) return command;
  throw new Error(`Expected one command that starts with "${beginning}", found ${found.length}`);
}

/** Runs a command in a shell and returns its standard output. Throws if the command fails. */
export async function runInShell(command: string, options: ShellOptions): Promise<string> {
  const { kubeconfig, kubectl, directory, variables } = options;
  const home = await Deno.makeTempDir({ prefix: "shell-" });
  try {
    for (const program of [await helmProgram(), kubectl]) {
      await Deno.symlink(program, `${home}/${program.split("/").at(-1)}`);
    }
    const { success, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-euc", command],
      cwd: directory,
      env: {
        PATH: `${home}:${Deno.env.get("PATH") ?? ""}`,
        KUBECONFIG: kubeconfig,
        HELM_CACHE_HOME: home,
        HELM_CONFIG_HOME: home,
        HELM_DATA_HOME: home,
        ...variables,
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (success) return text(stdout);
    throw new Error(`"${command}" failed: ${text(stderr)}`);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
