const ROOT = new URL("../../", import.meta.url);

/** The indented block of a Markdown file that begins with this line; a backslash at its end joins a line to the next. */
export async function documentedLines(file: string, first: string): Promise<string[]> {
  const text = await Deno.readTextFile(new URL(file, ROOT));
  const lines = text.replaceAll(/\\\n\s*/g, "").split("\n");
  const start = lines.indexOf(`    ${first}`);
  if (start < 0) throw new Error(`Cannot find the line "${first}" in "${file}"`);
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => !line.startsWith("    "));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
}
