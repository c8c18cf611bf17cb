import { createHash } from "node:crypto";
import type { Toolchain } from "./toolchain.ts";

/** Makes one folder with a link to each program and returns its path; an existing one is put right. */
export async function linkPrograms(cacheDirectory: string, toolchain: Toolchain): Promise<string> {
  const paths = JSON.stringify([...toolchain].sort());
  const key = createHash("sha256").update(paths).digest("hex").slice(0, 12);
  const directory = `${cacheDirectory}/bin-${key}`;
  await Deno.mkdir(directory, { recursive: true });
  for (const [name, path] of toolchain) {
    // A link that is moved into place is never half there for somebody who uses the folder now.
    const temporary = `${directory}/.${name}-${crypto.randomUUID()}`;
    await Deno.symlink(path, temporary);
    await Deno.rename(temporary, `${directory}/${name}`);
  }
  return directory;
}
