/** How Deno is called on this machine: by its name, or by npx where it came from there. */
export function denoCommand(
  execPath: string = Deno.execPath(),
  version: string = Deno.version.deno,
): string[] {
  return execPath.includes("/node_modules/") ? ["npx", "-y", `deno@${version}`] : ["deno"];
}

/** A task of the project as a line to be typed: `deno task cluster down --name demo`. */
export function taskLine(...words: string[]): string {
  return [...denoCommand(), "task", ...words].join(" ");
}
