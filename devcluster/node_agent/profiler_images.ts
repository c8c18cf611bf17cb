import type { Image } from "./image.ts";

const PROGRAM = new URL("./stub_profiler.ts", import.meta.url).pathname;
const SLEEP = "/bin/sleep";
/** Time in seconds for which the pods of generated graphs run; longer than any test. */
const GRAPH_SECONDS = "3600";

/** Images for the pods of DynamoGraphDeploymentRequests, and a method that controls the profilers. */
export interface ProfilerImages extends AsyncDisposable {
  images: Record<string, Image>;
  /**
   * Changes what profilers do: write a graph (`succeed`), wait for the next change (`hold`), exit with an error
   * and write no files (`fail`), or write an invalid graph (`invalid`).
   */
  set(mode: "succeed" | "hold" | "fail" | "invalid"): Promise<void>;
}

export interface ProfilerImageOptions {
  /** Name of the image that runs the profiler. */
  profiler: string;
  /** Name of the image for the pods of generated graphs. Containers with this image only sleep. */
  workers: string;
  kubectl: string;
  /** Kubeconfig of a user with permission to impersonate ServiceAccounts. */
  kubeconfig: string;
}

/**
 * Returns the images for profiling pods and for the pods of generated graphs. The profiler is a stub. The script that
 * stores the profiler's files is the real script, and runs kubectl with the permissions of the pod's ServiceAccount.
 */
export async function profilerImages(
  { profiler, workers, kubectl, kubeconfig }: ProfilerImageOptions,
): Promise<ProfilerImages> {
  const folder = await Deno.makeTempDir();
  const control = `${folder}/mode`;
  await Deno.writeTextFile(control, "");
  const path = Deno.env.get("PATH") ?? "";
  const home = Deno.env.get("HOME") ?? "";
  // This wrapper runs kubectl as the ServiceAccount of the profiling pod. The wrapper needs the namespace of the pod,
  // which `adapt` finds in the pod's script.
  const wrapper = [
    "#!/bin/sh",
    `exec "${kubectl}" --kubeconfig "${kubeconfig}" ` +
    '--as "system:serviceaccount:$POD_NAMESPACE:dgdr-profiling-job" ' +
    '--as-group system:serviceaccounts --as-group "system:serviceaccounts:$POD_NAMESPACE" ' +
    '--as-group system:authenticated "$@"',
    "",
  ].join("\n");
  await Deno.writeTextFile(`${folder}/kubectl`, wrapper, { mode: 0o755 });
  return {
    images: {
      [profiler]: {
        entrypoint: [],
        env: { PATH: path, HOME: home },
        adapt: ([_python, _flag, _module, ...args]) => {
          const flags = ["-A", "--no-config", "--no-check"];
          return [Deno.execPath(), "run", ...flags, PROGRAM, control, ...args];
        },
      },
      "bitnami/kubectl:latest": {
        entrypoint: [],
        env: { PATH: `${folder}:${path}`, HOME: home },
        adapt([_shell, _flag, script = ""], log) {
          const namespace = / get pod \$HOSTNAME -n (\S+) /.exec(script)?.[1] ?? "";
          const shell = `export POD_NAMESPACE=${namespace}\n${script}`;
          return ["/bin/bash", "-c", shell.replaceAll("/tmp/cm.yaml", `${log}.yaml`)];
        },
      },
      [workers]: { entrypoint: [SLEEP, GRAPH_SECONDS], adapt: () => [SLEEP, GRAPH_SECONDS] },
    },
    set: (mode) => Deno.writeTextFile(control, mode === "succeed" ? "" : mode),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
