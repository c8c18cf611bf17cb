import { VERSION } from "../../commands/cli/version.ts";
import { compile } from "../../tools/compile/compile.ts";
import { TARGETS } from "../../tools/compile/targets.ts";
import { standIn } from "../../tools/compile/testing/stand_in.ts";
import { permissionFlags, readBinaryMetadata } from "./binary_metadata.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const TARGET = "x86_64-unknown-linux-gnu";

/** The code in the binary, and the command that runs it as the binary does. */
export interface Bundle {
  /** Folder with all its files. */
  folder: string;
  /** Program and its options; the caller appends the arguments. */
  command: string[];
}

/**
 * Compiles the binary and returns the bundle in it, with the permissions and flags that the binary contains. The
 * bundle does not use the configuration of the project.
 *
 * @param out an empty folder
 */
export async function compileBundle(out: string): Promise<Bundle> {
  await Deno.mkdir(out, { recursive: true });
  const runtime = `${out}/stand-in`;
  await Deno.writeFile(runtime, standIn(TARGET), { mode: 0o755 });
  const { files: [binary] } = await compile({
    name: "dynamo-operator",
    version: VERSION,
    entry: `${ROOT}main.ts`,
    config: `${ROOT}deno.json`,
    permissions: "binary",
    targets: [TARGET],
    out,
    environment: (name) => name === TARGETS[TARGET].variable ? runtime : undefined,
  });
  const { permissions, v8Flags } = readBinaryMetadata(await Deno.readFile(`${out}/${binary}`));
  const folder = `${out}/bundle`;
  return {
    folder,
    command: [
      Deno.execPath(),
      "run",
      "--no-config",
      "--cached-only",
      "--no-code-cache",
      `--v8-flags=${v8Flags.filter((flag) => flag.startsWith("--")).join(",")}`,
      ...permissionFlags(permissions),
      `${folder}/main.js`,
    ],
  };
}
