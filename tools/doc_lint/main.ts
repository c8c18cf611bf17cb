/**
 * Uses `deno doc --lint` to check the doc comments of the product files that other modules import:
 *
 *     deno task doc-lint [MODULE]...
 *
 * A module is a top-level folder or a folder in reconcile/. The command prints the number of errors of each module, and
 * exits with code 1 if it finds an error. With names of modules, it prints and counts only errors of these modules.
 */
import { deno } from "../deno.ts";
import { sourceFiles } from "../source_files.ts";
import { lintErrors } from "./lint_errors.ts";
import { moduleOf, sharedFiles } from "./shared_files.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

const sources = new Map<string, string>();
for await (const path of sourceFiles(ROOT)) {
  if (path.endsWith(".ts")) sources.set(path, await Deno.readTextFile(ROOT + path));
}
const modules = [...sharedFiles(sources)]
  .filter(([module]) => Deno.args.length === 0 || Deno.args.includes(module));
const files = modules.flatMap(([, paths]) => paths.map((path) => ROOT + path));
const { success, stderr } = await deno(["doc", "--lint", ...files]);
const errors = lintErrors(stderr, ROOT, sources);
if (!success && !stderr.includes("documentation lint error")) {
  console.error(stderr);
  Deno.exit(1);
}
for (const { path, line, text } of errors) console.log(`${path}:${line}: ${text}`);
for (const [module, paths] of modules) {
  const count = errors.filter(({ path }) => moduleOf(path) === module).length;
  console.log(`${String(count).padStart(5)} errors in ${paths.length} files of ${module}`);
}
if (errors.length > 0) Deno.exit(1);
