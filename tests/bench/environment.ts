import type { BenchEnvironment } from "./figures.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Describes the machine and the versions. The caller must set `loadAfter` at the end of the benchmark. */
export async function describeEnvironment(
  versions: Record<string, string>,
): Promise<BenchEnvironment> {
  const loadBefore = Deno.loadavg();
  return {
    date: new Date().toISOString(),
    commit: await commitId(),
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, ...versions },
    machine: {
      os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
      cpu: await cpuModel(),
      cores: navigator.hardwareConcurrency,
      memoryBytes: Deno.systemMemoryInfo().total,
      loadBefore,
      loadAfter: loadBefore,
    },
  };
}

async function commitId(): Promise<string> {
  const head = await git("rev-parse", "--short=12", "HEAD");
  if (head === undefined) return "unknown";
  const changed = await git("status", "--porcelain", "--untracked-files=no");
  return changed ? `${head}+` : head;
}

async function git(...args: string[]): Promise<string | undefined> {
  try {
    const output = await new Deno.Command("git", { args, cwd: ROOT, stderr: "null" }).output();
    return output.success ? new TextDecoder().decode(output.stdout).trim() : undefined;
  } catch (error) {
    // The benchmark also works on a machine without git.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function cpuModel(): Promise<string> {
  if (Deno.build.os !== "linux") return "unknown";
  const [, model] = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo")) ?? [];
  return model ?? "unknown";
}
