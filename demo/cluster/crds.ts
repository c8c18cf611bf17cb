import { crdManifests } from "../../crds/emit/manifests.ts";
import { untilServed } from "../../devcluster/kubectl.ts";
import type { Client } from "../../kube/client.ts";
import { type Stage, succeed } from "../stage.ts";
import { customResourceDefinitions } from "../world/kinds.ts";

/** Folder of the manifests, from the root of the project. */
const FOLDER = "chart/crds/templates";

/** The manifest files of those definitions that a cluster lacks: the whole folder if it has none. */
export async function missingCrds(client: Client, signal: AbortSignal): Promise<string[]> {
  const { items } = await client.list(customResourceDefinitions, { signal });
  const present = new Set(items.map(({ metadata }) => metadata.name));
  const wanted = crdManifests().map(({ metadata }) => metadata.name);
  const missing = wanted.filter((name) => !present.has(name));
  return missing.length === wanted.length ? [FOLDER] : missing.map(crdFile);
}

/** Installs definitions as a user would, and waits until they are served. */
export async function applyCrds(
  { kubectl, screen, signal }: Pick<Stage, "kubectl" | "screen" | "signal">,
  files: readonly string[],
): Promise<void> {
  if (files.length === 0) {
    return succeed({ screen }, "all of them exist already and stay as they are");
  }
  const manifests = files.flatMap((file) => ["-f", file]);
  const said = await kubectl.run(["apply", ...manifests], { silent: true, signal });
  await untilServed((args) => kubectl.run(args, { silent: true, signal }), manifests);
  succeed({ screen }, `${said.trimEnd().split("\n").length} definitions are served`);
}

/** The file of a definition: `dynamomodels.nvidia.com` is in `nvidia.com_dynamomodels.yaml`. */
export function crdFile(name: string): string {
  const [plural = "", ...group] = name.split(".");
  return `${FOLDER}/${group.join(".")}_${plural}.yaml`;
}
