// As in production, see devcluster/operator_process.ts.
const MEMORY_FLAG = "--v8-flags=--max-semi-space-size=8,--heap-growing-percent=20";
const MEMORY_ENV = { MALLOC_MMAP_THRESHOLD_: "65536", MALLOC_TRIM_THRESHOLD_: "131072" };

const ROOT = new URL("../../", import.meta.url).pathname;

export interface DeletionProcessOptions {
  /** After `delete-partition`. */
  args: string[];
  env?: Record<string, string>;
  /** A file in place of the one that the kubelet gives; it holds the newest report. */
  terminationLog?: string;
  /** A file in the place of a token that the cluster gives. */
  tokenFile?: string;
}

export interface DeletionProcess {
  pid: number;
  kill(signal: Deno.Signal): void;
  ended: Promise<{ code: number; stdout: string; stderr: string }>;
}

/**
 * Starts `delete-partition` as a process of its own, under the permissions that it has in a pod. Of this process's
 * environment it sees what Deno needs to find its cache, and nothing else.
 */
export function spawnDeletion(options: DeletionProcessOptions): DeletionProcess {
  const { args, env = {}, terminationLog, tokenFile } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", MEMORY_FLAG, "-P=delete-partition"],
      ...(terminationLog === undefined ? [] : [`--allow-write=${terminationLog}`]),
      ...(tokenFile === undefined ? [] : [`--allow-read=${tokenFile}`]),
      ...[`${ROOT}main.ts`, "delete-partition", ...args],
      ...(terminationLog === undefined ? [] : [`--termination-log=${terminationLog}`]),
    ],
    cwd: ROOT,
    clearEnv: true,
    env: { ...deno(), ...MEMORY_ENV, NO_COLOR: "1", ...env },
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

function deno(): Record<string, string> {
  const names = ["HOME", "PATH", "DENO_DIR", "XDG_CACHE_HOME", "NO_PROXY", "NPM_CONFIG_REGISTRY"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
