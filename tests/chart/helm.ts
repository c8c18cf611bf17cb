import { cacheDirectory } from "../../devcluster/toolchain/cache_directory.ts";
import { HELM_MODULE } from "../../devcluster/toolchain/control_plane_modules.ts";
import { standardErrorProgress } from "../../devcluster/toolchain/progress.ts";
import { ensureToolchain } from "../../devcluster/toolchain/toolchain.ts";

/** Where the documented commands run. */
export const CHARTS = new URL("../../chart/", import.meta.url).pathname;

export interface HelmOptions {
  /** Whose cluster it talks to; it has none when absent. */
  kubeconfig?: string;
  /** Where it runs: the folder of the charts when absent, as the documented commands have it. */
  directory?: string;
}

/** What a command said and how it ended. */
export interface HelmResult {
  success: boolean;
  stdout: string;
  stderr: string;
}

let program: Promise<string> | undefined;

/** Runs Helm, whose settings of this machine's user do not reach it. */
export async function tryHelm(args: string[], options: HelmOptions = {}): Promise<HelmResult> {
  const home = await Deno.makeTempDir({ prefix: "helm-" });
  try {
    const { success, stdout, stderr } = await new Deno.Command(await helmProgram(), {
      args,
      cwd: options.directory ?? CHARTS,
      env: {
        HELM_CACHE_HOME: home,
        HELM_CONFIG_HOME: home,
        HELM_DATA_HOME: home,
        KUBECONFIG: options.kubeconfig ?? "/dev/null",
      },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { success, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

/** Runs Helm and returns its standard output. Throws with its standard error if it fails. */
export async function helm(args: string[], options: HelmOptions = {}): Promise<string> {
  const { success, stdout, stderr } = await tryHelm(args, options);
  if (success) return stdout;
  throw new Error(`"helm ${args.join(" ")}" failed: ${stderr}`);
}

/** Runs Helm where it should refuse and returns what it said. Throws if it succeeds. */
export async function refusal(args: string[], options: HelmOptions = {}): Promise<string> {
  const { success, stdout, stderr } = await tryHelm(args, options);
  if (!success) return stderr;
  throw new Error(`"helm ${args.join(" ")}" was expected to be refused, but said: ${stdout}`);
}

/** Path of Helm. */
export function helmProgram(): Promise<string> {
  return program ??= findHelm();
}

async function findHelm(): Promise<string> {
  const toolchain = await ensureToolchain({
    modules: [HELM_MODULE],
    cacheDirectory: cacheDirectory(),
    progress: standardErrorProgress(),
  });
  const path = toolchain.get("helm");
  if (path === undefined) throw new Error('Cannot find "helm": the toolchain was made without it');
  return path;
}
