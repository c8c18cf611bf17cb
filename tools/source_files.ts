/** Folders that contain no sources: installed packages, and the output of the compile task. */
const SKIPPED = new Set(["node_modules", "dist"]);

/** Lists the paths of all files of the project, relative to `root`. Skips hidden files. */
export async function* sourceFiles(root: string, folder = ""): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(`${root}/${folder}`)) {
    if (name.startsWith(".") || SKIPPED.has(name)) continue;
    if (isDirectory) yield* sourceFiles(root, `${folder}${name}/`);
    if (isFile) yield `${folder}${name}`;
  }
}
