import { boot, type BootOptions } from "./boot.ts";
import { type Cluster, clusterOf } from "./cluster.ts";
import { claimName } from "./instance/claim.ts";
import { endInstance } from "./instance/end.ts";
import { instancesRoot, removeFolder } from "./instance/folder.ts";
import { logTail } from "./instance/log_tail.ts";
import { type InstanceRecord, writeRecord } from "./instance/record.ts";
import { startSupervisor, type Supervisor } from "./instance/supervised.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { CONTROL_PLANE_MODULES } from "./toolchain/control_plane_modules.ts";
import { type Progress, standardErrorProgress } from "./toolchain/progress.ts";
import { ensureToolchain } from "./toolchain/toolchain.ts";

const BOOT_ATTEMPTS = 3;

export interface ClusterOptions {
  /** A DNS label of at most 40 characters; chosen at random when absent. */
  name?: string;
  /** Number of fake nodes, each larger than any sample graph; 1 when absent. */
  nodes?: number;
  /** False: etcd and the API server alone, no controllers, scheduler, nodes; true when absent. */
  controllers?: boolean;
  /** Where the building of the programs is told; standard error when absent. */
  progress?: Progress;
  /** True: it outlives this process until `deno task cluster down`; false when absent. */
  detached?: boolean;
  /**
   * Called when the API server is ready, before the controllers start: kinds that are defined now are
   * known to the garbage collector from the beginning; it looks for new ones only every 30 s.
   */
  beforeControllers?(cluster: Pick<Cluster, "folder" | "kubeconfig" | "program">): Promise<void>;
}

/** Somebody else has a control plane of that name, ready or booting. */
export class NameInUseError extends Error {}

/**
 * Boots a control plane of real programs on free loopback ports and returns when it is ready; builds
 * the programs first where they are not cached. Ends with this process at the latest, however that
 * ends. Throws when the name is in use, when Go is missing, or with the log of what does not come up.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const toolchain = await ensureToolchain({
    modules: CONTROL_PLANE_MODULES,
    cacheDirectory: cacheDirectory(),
    progress: options.progress ?? standardErrorProgress(),
  });
  const root = await instancesRoot();
  const name = options.name ?? `c-${crypto.randomUUID().slice(0, 8)}`;
  const bootOptions: BootOptions = {
    name,
    folder: `${root}/${name}`,
    toolchain,
    nodes: options.nodes ?? 1,
    controllers: options.controllers ?? true,
    detached: options.detached ?? false,
    async beforeControllers(record) {
      await options.beforeControllers?.(clusterOf(record, () => Promise.resolve()));
    },
  };
  for (let attempt = 1;; attempt++) {
    if (!await claimName(root, name)) {
      throw new NameInUseError(
        `Cannot start a control plane "${name}": one of that name runs already`,
      );
    }
    const supervisor = startSupervisor(root, name);
    try {
      const record = await boot(supervisor, bootOptions);
      await writeRecord(record);
      return await settle(supervisor, record);
    } catch (error) {
      const log = await logTail(`${bootOptions.folder}/logs/kube-apiserver.log`);
      await supervisor.end();
      await removeFolder(root, name);
      const again = attempt < BOOT_ATTEMPTS && isPortTaken(error);
      if (!again) {
        throw new Error(`Cannot boot the control plane "${name}"; API server:\n${log}`, {
          cause: error,
        });
      }
    }
  }
}

async function settle(supervisor: Supervisor, record: InstanceRecord): Promise<Cluster> {
  const { folder, name, detached } = record;
  await supervisor.settle(detached ? "detached" : "attached");
  return clusterOf(record, async () => {
    if (detached) return await endInstance(folder);
    if (await supervisor.end()) return;
    const log = await logTail(`${folder}/logs/supervisor.log`);
    throw new Error(`The control plane "${name}" broke while it was used:\n${log}`);
  });
}

/** Somebody else took a port between our look and the program's start. */
function isPortTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("address already in use");
}
