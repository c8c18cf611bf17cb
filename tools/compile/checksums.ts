/** Returns the text of a `SHA256SUMS` file for files of a folder, in the format that `sha256sum --check` reads. */
export async function checksums(folder: string, names: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    [...names].sort().map(async (name) => {
      const bytes = await Deno.readFile(`${folder}/${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return `${digest.toHex()}  ${name}\n`;
    }),
  );
  return lines.join("");
}
