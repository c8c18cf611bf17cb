import { sourceFiles } from "../source_files.ts";
import { rewriteConfig, rewriteLock, rewriteSource } from "./rewrite.ts";

/** Files that the conversion to JSR changes or removes, as paths from the root of the project. */
export interface Conversion {
  changed: string[];
  /** Type declarations for the npm mirror of the standard library. JSR packages contain their own types. */
  removed: string[];
}

/**
 * Makes a project import the standard library from JSR instead of npm. Does not change an already converted project.
 *
 * @param root root of the project
 * @param target folder for the converted copy; `root` to convert in place; undefined to write nothing
 * @throws if the project uses a package or export that `STD_PACKAGES` does not contain
 */
export async function convertToJsr(root: string, target: string | undefined): Promise<Conversion> {
  const inPlace = target === root;
  const changed: string[] = [];
  const removed: string[] = [];
  const writes: [path: string, text: string | undefined][] = [];
  for await (const path of sourceFiles(root)) {
    if (/^types\/std\/[^/]+\.d\.ts$/.test(path)) {
      removed.push(path);
      continue;
    }
    const rewrite = rewriterOf(path);
    if (!rewrite) {
      writes.push([path, undefined]);
      continue;
    }
    const text = await Deno.readTextFile(`${root}/${path}`);
    const converted = rewrite(text, path);
    if (converted !== text) changed.push(path);
    if (converted !== text || !inPlace) writes.push([path, converted]);
  }
  // Writes all files at the end, so that an error in the conversion leaves the project unchanged.
  if (target !== undefined) {
    for (const [path, text] of writes) await write(root, target, path, text);
    if (inPlace) { for (const path of removed) await Deno.remove(`${root}/${path}`); }
  }
  return { changed: changed.sort(), removed: removed.sort() };
}

function rewriterOf(path: string): ((text: string, path: string) => string) | undefined {
  if (path === "deno.json") return rewriteConfig;
  if (path === "deno.lock") return rewriteLock;
  return path.endsWith(".ts") ? rewriteSource : undefined;
}

/** Writes `text` to a file. If `text` is undefined, copies the file unless `root` and `target` are the same folder. */
async function write(root: string, target: string, path: string, text: string | undefined) {
  const file = `${target}/${path}`;
  if (text === undefined && target === root) return;
  await Deno.mkdir(file.replace(/\/[^/]*$/, ""), { recursive: true });
  if (text === undefined) await Deno.copyFile(`${root}/${path}`, file);
  else await Deno.writeTextFile(file, text);
}
