/** Returns the command that starts Deno on this machine: `deno`, or `npx` with arguments if npx installed Deno. */
export function denoCommand(
  execPath: string = Deno.execPath(),
  version: string = Deno.version.deno,
): string[] {
  return execPath.includes("/node_modules/") ? ["npx", "-y", `deno@${version}`] : ["deno"];
}

/** Returns the command line of a task of the project, such as `deno task cluster down --name demo`. */
export function taskLine(...words: string[]): string {
  return [...denoCommand(), "task", ...words].join(" ");
}
