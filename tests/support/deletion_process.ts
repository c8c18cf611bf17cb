import { MEMORY_ENV, V8_FLAGS } from "../../process/memory.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

export interface DeletionProcessOptions {
  /** Arguments of the subcommand `delete-partition`. */
  args: string[];
  env?: Record<string, string>;
  /** Path of the termination log, which the kubelet provides in a pod. The process writes its newest report there. */
  terminationLog?: string;
  /** Path of a token file for AWS credentials, which the cluster mounts in a pod. */
  tokenFile?: string;
}

export interface DeletionProcess {
  pid: number;
  kill(signal: Deno.Signal): void;
  ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

/**
 * Starts `delete-partition` in its own process with the Deno permissions that the subcommand has in a pod. The
 * environment of the new process contains `env`, and the variables of the current process that Deno needs for its
 * cache.
 */
export function spawnDeletion(options: DeletionProcessOptions): DeletionProcess {
  const { args, env = {}, terminationLog, tokenFile } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", `--v8-flags=${V8_FLAGS}`, "-P=delete-partition"],
      ...(terminationLog === undefined ? [] : [`--allow-write=${terminationLog}`]),
      ...(tokenFile === undefined ? [] : [`--allow-read=${tokenFile}`]),
      ...[`${ROOT}main.ts`, "delete-partition", ...args],
      ...(terminationLog === undefined ? [] : [`--termination-log=${terminationLog}`]),
    ],
    cwd: ROOT,
    clearEnv: true,
    env: { ...denoEnvironment(), ...MEMORY_ENV, NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    pid: child.pid,
    kill: (signal) => child.kill(signal),
    ended: child.output().then(({ code, stdout, stderr }) => ({
      code,
      stdout: text(stdout),
      stderr: text(stderr),
    })),
  };
}

function denoEnvironment(): Record<string, string> {
  const names = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "NO_PROXY", "NPM_CONFIG_REGISTRY"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
