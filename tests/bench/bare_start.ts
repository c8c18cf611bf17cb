/** How long it takes on this machine, as busy as it is now, until the runtime has started and ended with nothing to do. */
export async function bareStartSeconds(): Promise<number> {
  const startedMs = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", ""],
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot start the runtime with nothing to do");
  return (performance.now() - startedMs) / 1000;
}
