const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * What `.dockerignore` lets into the build of the image, as paths from the root of the project.
 *
 * @throws unless the file shuts out everything first and then lets in single files and folders, so that a new file is
 *   out of the image until somebody says otherwise
 */
async function imageContext(): Promise<string[]> {
  const text = await Deno.readTextFile(`${ROOT}.dockerignore`);
  const [first, ...others] = text.split("\n").filter((line) => line !== "" && line[0] !== "#");
  const paths = others.map((line) => /^!([^*?[\]!]+)$/.exec(line)?.[1] ?? "");
  if (first === "*" && paths.every((path) => path !== "")) return paths;
  throw new Error('Cannot read .dockerignore: it must be "*" and then lines of the form "!path"');
}

/** Copies what gets into the build of the image to a folder. */
export async function copyImageContext(to: string): Promise<void> {
  for (const path of await imageContext()) {
    const parent = `${to}/${path}`.replace(/\/[^/]*$/, "");
    await Deno.mkdir(parent, { recursive: true });
    const copy = new Deno.Command("cp", { args: ["-r", `${ROOT}${path}`, parent] });
    const { success, stderr } = await copy.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }
}
