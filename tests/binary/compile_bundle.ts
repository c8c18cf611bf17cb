import { VERSION } from "../../commands/cli/version.ts";
import { compile } from "../../tools/compile/compile.ts";
import { TARGETS } from "../../tools/compile/targets.ts";
import { standIn } from "../../tools/compile/testing/stand_in.ts";
import { permissionFlags, readBinaryMetadata } from "./binary_metadata.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const TARGET = "x86_64-unknown-linux-gnu";

/** The bundle: the JavaScript code in the compiled binary, and the command that runs this code as the binary does. */
export interface Bundle {
  folder: string;
  /** Program and options; the caller appends the subcommand and its arguments. */
  command: string[];
}

/**
 * Adds an option to the command of a bundle. With this option, `deno run` reads the file of a module only when the code
 * imports the module, as the binary does. Do not use the option in a pod: an operator that starts in a pod drops the
 * permission to read files, so later imports would fail.
 */
export function withLazyImports([deno = "", run = "", ...options]: readonly string[]): string[] {
  return [deno, run, "--unstable-lazy-dynamic-imports", ...options];
}

export async function temporaryBundle(): Promise<Bundle & AsyncDisposable> {
  const out = await Deno.makeTempDir();
  const remove = () => Deno.remove(out, { recursive: true });
  try {
    return { ...await compileBundle(out), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * Compiles the binary and returns its bundle. The command of the bundle has the Deno permissions and V8 flags of the
 * binary and, like the binary, does not read deno.json.
 *
 * @param out empty folder for the files of the bundle
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
