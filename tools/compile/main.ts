/**
 * Compiles the binary of each target, with checksums and a bill of materials:
 *
 *     deno task compile [--target TARGET]... [--out DIR]
 *
 * For a target without a base runtime, the command prints SKIPPED. It still exits with code 0.
 */
import { VERSION } from "../../commands/cli/version.ts";
import { skippedNotice } from "./base_runtime.ts";
import { compile } from "./compile.ts";
import { parseCompileOptions, USAGE } from "./options.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

if (Deno.args.includes("--help")) {
  console.log(USAGE);
  Deno.exit(0);
}
try {
  const { targets, out } = parseCompileOptions(Deno.args);
  const { files, skipped } = await compile({
    name: "dynamo-operator",
    version: VERSION,
    entry: `${ROOT}main.ts`,
    config: `${ROOT}deno.json`,
    permissions: "binary",
    targets,
    out,
    environment: Deno.env.get,
  });
  for (const file of files) {
    const { size } = await Deno.stat(`${out}/${file}`);
    const shown = size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`;
    console.log(`${out}/${file}  ${shown}`);
  }
  for (const { target, reason } of skipped) console.log(skippedNotice(target, reason));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
