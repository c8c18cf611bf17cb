import { untilServed } from "../devcluster/kubectl.ts";
import type { Kubectl } from "./kubectl.ts";
import { PROJECT } from "./names.ts";
import type { Output } from "./output.ts";
import { stopwatch } from "./elapsed.ts";

const FOLDER = "chart/crds/templates";

/** Installs CRDs and waits until the API server serves them. */
export async function installCrds(
  kubectl: Kubectl,
  files: readonly string[],
  output: Output,
): Promise<void> {
  if (files.length === 0) {
    return output.success("All CRDs exist in the cluster; the demo does not change them");
  }
  const since = stopwatch();
  const manifests = files.flatMap((file) => ["-f", file]);
  const applied = await kubectl.runQuietly(["apply", ...manifests]);
  await untilServed((args) => kubectl.runQuietly(args), manifests);
  output.success(`${applied.trimEnd().split("\n").length} CRDs served after ${since()}`);
}

/** Returns the manifest files of the missing CRDs. If all CRDs are missing, returns only the path of their folder. */
export async function missingCrdFiles(kubectl: Kubectl): Promise<string[]> {
  const installed = await kubectl.read(["get", "crds", "--output=name"]);
  const present = new Set(installed.split("\n").map((line) => line.split("/").at(-1)));
  const files = await crdFiles();
  const missing = files.filter((file) => !present.has(crdName(file)));
  return missing.length === files.length ? [FOLDER] : missing;
}

/** Returns the manifest file of each CRD, as a path from the root of the project. */
export async function crdFiles(): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${PROJECT}${FOLDER}`));
  return entries.map(({ name }) => name).filter((name) => name.endsWith(".yaml")).sort()
    .map((name) => `${FOLDER}/${name}`);
}

/** Returns the name of the CRD in a manifest file: `nvidia.com_dynamomodels.yaml` contains `dynamomodels.nvidia.com`. */
export function crdName(file: string): string {
  const [group, plural] = file.slice(FOLDER.length + 1, -".yaml".length).split("_");
  return `${plural}.${group}`;
}
