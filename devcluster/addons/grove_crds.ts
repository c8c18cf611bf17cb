import type { Cluster } from "../cluster.ts";
import { untilServed } from "../kubectl.ts";
import { GROVE_MODULE } from "../toolchain/control_plane_modules.ts";
import { moduleFolder } from "../toolchain/module_folder.ts";

/** Names of Grove's CRDs that the operator uses. */
export const GROVE_CRDS: readonly string[] = [
  "podcliquesets.grove.io",
  "podcliques.grove.io",
  "podcliquescalinggroups.grove.io",
];

/** Installs Grove's CRDs, but not Grove's operator, which cannot be built from public Go modules. */
export async function groveCrds({ kubectl }: Pick<Cluster, "kubectl">): Promise<void> {
  const folder = await moduleFolder(GROVE_MODULE, "github.com/NVIDIA/grove/operator/api");
  const files = GROVE_CRDS.map((name) => {
    const [plural, ...group] = name.split(".");
    return `--filename=${folder}/core/v1alpha1/crds/${group.join(".")}_${plural}.yaml`;
  });
  // A client-side apply would store each CRD in an annotation, and these CRDs are too large for an annotation.
  await kubectl(["apply", "--server-side", ...files]);
  await untilServed(kubectl, GROVE_CRDS.map((name) => `crd/${name}`));
}
