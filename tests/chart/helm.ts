import { cacheDirectory } from "../../devcluster/toolchain/cache_directory.ts";
import { HELM_MODULE } from "../../devcluster/toolchain/control_plane_modules.ts";
import { standardErrorProgress } from "../../devcluster/toolchain/progress.ts";
import { ensureToolchain } from "../../devcluster/toolchain/toolchain.ts";

/** Folder of the charts. The documented commands must be run in this folder. */
export const CHARTS = new URL("../../chart/", import.meta.url).pathname;

export interface HelmOptions {
  /** Path of the kubeconfig; if absent, Helm cannot reach a cluster. */
  kubeconfig?: string;
  /** Working directory; default: the folder of the charts, as in the documented commands. */
  directory?: string;
}

export interface HelmResult {
  success: boolean;
  stdout: string;
  stderr: string;
}

let program: Promise<string> | undefined;

/** Runs Helm without the Helm settings of this machine's user. Does not throw if the command fails. */
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

/** Runs Helm and returns its standard output. If Helm fails, the thrown error contains its standard error. */
export async function helm(args: string[], options: HelmOptions = {}): Promise<string> {
  const { success, stdout, stderr } = await tryHelm(args, options);
  if (success) return stdout;
  throw new Error(`"helm ${args.join(" ")}" failed: ${stderr}`);
}

/** Runs a Helm command that must fail, and returns its standard error. Throws if the command succeeds. */
export async function refusal(args: string[], options: HelmOptions = {}): Promise<string> {
  const { success, stdout, stderr } = await tryHelm(args, options);
  if (!success) return stderr;
  throw new Error(`"helm ${args.join(" ")}" was expected to fail, but printed: ${stdout}`);
}

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
  if (path === undefined) throw new Error('Cannot find "helm": the toolchain does not contain it');
  return path;
}
