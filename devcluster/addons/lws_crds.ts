import type { Cluster } from "../cluster.ts";
import { untilServed } from "../kubectl.ts";
import { LWS_MODULE } from "../toolchain/control_plane_modules.ts";
import { moduleFolder } from "../toolchain/module_folder.ts";

const CRD = "leaderworkersets.leaderworkerset.x-k8s.io";

/** Installs the CRD of LeaderWorkerSets, without their controller. */
export async function lwsCrds({ kubectl }: Pick<Cluster, "kubectl">): Promise<void> {
  // A client-side apply would store the CRD in an annotation, and this CRD is too large for an annotation.
  await kubectl(["apply", "--server-side", "-f", await lwsCrdFile()]);
  await untilServed(kubectl, [`crd/${CRD}`]);
}

export async function lwsCrdFile(): Promise<string> {
  return await lwsFile("config/crd/bases/leaderworkerset.x-k8s.io_leaderworkersets.yaml");
}

/** Returns the local path of a file in the source code of the LeaderWorkerSet controller. */
export async function lwsFile(path: string): Promise<string> {
  return `${await moduleFolder(LWS_MODULE, "sigs.k8s.io/lws")}/${path}`;
}
