const ROOT = new URL("../../", import.meta.url).pathname;

/** Runs `dynamo-operator render` with the Deno permissions of the binary. Throws if the command fails. */
export async function runRender(args: readonly string[], stdin = ""): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=binary", "main.ts", "render", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  throw new Error(`render ${args.join(" ")} failed: ${text(stderr)}`);
}
