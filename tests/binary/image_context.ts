const ROOT = new URL("../../", import.meta.url).pathname;

/**
 * Returns the paths that `.dockerignore` includes in the build context of the image, relative to the project's root.
 *
 * @throws unless `.dockerignore` first excludes everything and then includes single files and folders. This form
 *   excludes new files of the project by default.
 */
async function imageContext(): Promise<string[]> {
  const text = await Deno.readTextFile(`${ROOT}.dockerignore`);
  const [first, ...others] = text.split("\n").filter((line) => line !== "" && line[0] !== "#");
  const paths = others.map((line) => /^!([^*?[\]!]+)$/.exec(line)?.[1] ?? "");
  if (first === "*" && paths.every((path) => path !== "")) return paths;
  throw new Error(
    'Cannot parse .dockerignore: it must contain "*" and then lines of the form "!path"',
  );
}

export async function copyImageContext(to: string): Promise<void> {
  for (const path of await imageContext()) {
    const parent = `${to}/${path}`.replace(/\/[^/]*$/, "");
    await Deno.mkdir(parent, { recursive: true });
    const copy = new Deno.Command("cp", { args: ["-r", `${ROOT}${path}`, parent] });
    const { success, stderr } = await copy.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
  }
}
