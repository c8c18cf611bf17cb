import { boot, type BootOptions } from "./boot.ts";
import { type Cluster, clusterOf } from "./cluster.ts";
import { instancesRoot, writeJson } from "./instance/folder.ts";
import { endInstance } from "./instance/instance.ts";
import { logTail } from "./instance/log_tail.ts";
import { createPrograms } from "./instance/programs.ts";
import { reserveName } from "./instance/reserve_name.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { CONTROL_PLANE_MODULES } from "./toolchain/control_plane_modules.ts";
import { type Progress, standardErrorProgress } from "./toolchain/progress.ts";
import { ensureToolchain } from "./toolchain/toolchain.ts";

const MAX_BOOT_ATTEMPTS = 3;

export interface ClusterOptions {
  /** Name of the control plane: a DNS label of at most 40 characters. If absent, the name is random. */
  name?: string;
  /** Number of simulated nodes, each large enough for every graph in examples/; 1 if absent. */
  nodes?: number;
  /** Whether to start controllers, scheduler and nodes in addition to etcd and the API server; true if absent. */
  controllers?: boolean;
  /** Shows the progress of builds; if absent, the progress is printed to standard error. */
  progress?: Progress;
  /** Whether the control plane outlives this process and runs until `deno task cluster down`; false if absent. */
  detached?: boolean;
  /**
   * Called when the API server is ready, before the controllers start. Install CRDs in this function, because the
   * garbage collector discovers CRDs at its start and then only every 30 s.
   */
  beforeControllers?(
    cluster: Pick<Cluster, "folder" | "kubeconfig" | "kubectl" | "program">,
  ): Promise<void>;
}

/** Error for a name in use: another process runs or starts a control plane with this name. */
export class NameInUseError extends Error {}

/**
 * Boots a control plane of real programs on free loopback ports and returns when it is ready. Builds the programs first
 * if they are not cached. A control plane that is not detached stops when this process exits or is killed.
 *
 * @throws if the name is in use, if Go is missing, or if a program fails; the error then contains the program's log
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const toolchain = await ensureToolchain({
    modules: CONTROL_PLANE_MODULES,
    cacheDirectory: cacheDirectory(),
    progress: options.progress ?? standardErrorProgress(),
  });
  const root = await instancesRoot();
  const name = options.name ?? `c-${crypto.randomUUID().slice(0, 8)}`;
  const folder = `${root}/${name}`;
  const bootOptions: BootOptions = {
    nodes: 1,
    controllers: true,
    detached: false,
    ...options,
    name,
    folder,
    toolchain,
    async beforeControllers(record) {
      await options.beforeControllers?.(clusterOf(record, () => Promise.resolve()));
    },
  };
  for (let attempt = 1;; attempt++) {
    if (!await reserveName(root, name)) {
      throw new NameInUseError(
        `Cannot start a control plane "${name}": a control plane with this name runs already`,
      );
    }
    const programs = await createPrograms(folder, bootOptions.detached);
    try {
      const record = await boot(programs, bootOptions);
      await writeJson(`${folder}/instance.json`, record);
      await programs.settle();
      let failure: unknown;
      programs.failure.catch((error) => failure = error);
      return clusterOf(record, async () => {
        const cause = failure;
        await endInstance(root, name);
        if (cause === undefined) return;
        throw new Error(`The control plane "${name}" failed while it was used`, { cause });
      });
    } catch (cause) {
      const log = await logTail(`${folder}/logs/kube-apiserver.log`);
      await endInstance(root, name);
      if (attempt < MAX_BOOT_ATTEMPTS && isPortTaken(cause)) continue;
      throw new Error(`Cannot boot the control plane "${name}"; API server:\n${log}`, { cause });
    }
  }
}

/** Returns whether a boot failed because another process took a port that was free when the boot started. */
function isPortTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("address already in use");
}
