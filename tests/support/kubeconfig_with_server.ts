/** Writes a copy of a kubeconfig, with address `to` in place of `from`; returns the path of the copy. */
export async function kubeconfigWithServer(
  path: string,
  { from, to }: { from: string; to: string },
): Promise<string> {
  const copy = `${path}-${crypto.randomUUID().slice(0, 8)}`;
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(copy, text.replaceAll(from, to), { mode: 0o600 });
  return copy;
}
