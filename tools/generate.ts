/**
 * Writes the generated files. With `--check`, the command lists outdated files instead, and fails if a file is outdated:
 *
 *     deno task generate [--check]
 */
import { generateCrdFiles } from "./chart/crd_files.ts";
import { apiReferenceFiles } from "./api_reference/api_reference.ts";
import { namespaceRoleFiles } from "./chart/namespace_roles.ts";
import { operatorAccountFiles } from "./chart/operator_account.ts";
import { ruleFiles } from "./chart/rule_files.ts";
import { valueFiles } from "./chart/value_files.ts";
import { customShapeFiles } from "./shapes/custom_shapes.ts";

const ROOT = new URL("../", import.meta.url);

/** Returns the texts of the generated files, keyed by path from the root of the project. */
async function generatedFiles(): Promise<Map<string, string>> {
  return new Map([
    ...generateCrdFiles(),
    ...customShapeFiles(),
    ...namespaceRoleFiles(),
    ...ruleFiles(),
    ...await valueFiles(),
    ...await operatorAccountFiles(),
    ...apiReferenceFiles(),
  ]);
}

async function readIfPresent(url: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(url);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const [option, ...more] = Deno.args;
const check = option === "--check";
if ((option !== undefined && !check) || more.length > 0) {
  console.error("Usage: deno task generate [--check]");
  Deno.exit(2);
}
let outdated = 0;
for (const [path, text] of await generatedFiles()) {
  const url = new URL(path, ROOT);
  if (await readIfPresent(url) === text) continue;
  outdated++;
  console.log(`${check ? "Outdated" : "Written"}: ${path}`);
  if (check) continue;
  await Deno.mkdir(new URL(".", url), { recursive: true });
  await Deno.writeTextFile(url, text);
}
if (check && outdated > 0) {
  console.error(`${outdated} generated files are outdated: run "deno task generate"`);
  Deno.exit(1);
}
