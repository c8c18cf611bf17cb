import type { Kubectl } from "./kubectl.ts";
import type { Output } from "./output.ts";

/** Prints the version of the API server, and the shell command that makes kubectl use the cluster. */
export async function printAccess(
  kubectl: Kubectl,
  kubeconfig: string,
  output: Output,
  elapsed: string,
): Promise<void> {
  const { serverVersion } = JSON.parse(await kubectl.read(["version", "--output=json"])) as {
    serverVersion: { gitVersion: string };
  };
  output.success(`Kubernetes ${serverVersion.gitVersion} ready after ${elapsed}; to use it:`);
  output.command(["export", `KUBECONFIG=${kubeconfig}`]);
}
