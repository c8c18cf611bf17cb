import { NameInUseError, startCluster } from "../devcluster/start_cluster.ts";
import { standardErrorProgress } from "../devcluster/toolchain/progress.ts";
import { installCrds, missingCrdFiles } from "./crds.ts";
import type { DemoCluster, DemoContext } from "./demo.ts";
import { taskLine } from "./deno_command.ts";
import { stopwatch } from "./elapsed.ts";
import { onInterruption } from "./interruption.ts";
import { createKubectl } from "./kubectl.ts";
import { KEPT_CLUSTER, PROJECT } from "./names.ts";
import { printAccess } from "./print_access.ts";

/**
 * Runs the first two steps of the demo: starts a new control plane on this machine, and installs the CRDs in it. If the
 * programs of the control plane are not cached, builds them first. With `keep`, the control plane can outlive the demo
 * and has a fixed name.
 *
 * @throws if a control plane with the fixed name already runs, or if the new control plane does not boot
 */
export async function startLocalCluster(context: DemoContext): Promise<DemoCluster> {
  const { output, steps, keep, abort, cleanup } = context;
  await steps.begin("A control plane on this machine");
  output.note(
    "etcd, kube-apiserver, kube-controller-manager and kube-scheduler are the real programs.",
  );
  output.note("kwok simulates the nodes, so that pods with GPUs are scheduled and become ready.");
  const sinceStart = stopwatch();
  let sinceCrds = sinceStart;
  let demoCluster: DemoCluster | undefined;
  const name = keep ? KEPT_CLUSTER : `demo-${crypto.randomUUID().slice(0, 8)}`;
  const cluster = await startCluster({
    name,
    detached: keep,
    progress: standardErrorProgress("  "),
    // The CRDs must exist before the garbage collector starts, because it discovers new CRDs only every 30 s.
    async beforeControllers({ kubeconfig, folder, program }) {
      const kubectl = createKubectl({
        program: program("kubectl"),
        kubeconfig,
        flags: [],
        directory: PROJECT,
        output,
        signal: abort.signal,
      });
      await printAccess(kubectl, kubeconfig, output, sinceStart());
      await steps.begin("The custom resource definitions");
      const crdFiles = await missingCrdFiles(kubectl);
      await installCrds(kubectl, crdFiles, output);
      const binFolder = program("kubectl").replace(/\/[^/]*$/, "");
      demoCluster = { kubectl, kubeconfig, folder, binFolder, crdFiles };
      sinceCrds = stopwatch();
    },
  }).catch((error) => {
    if (!(error instanceof NameInUseError)) throw error;
    throw new Error(
      `Cannot start the control plane "${name}": an earlier demo left it running; ` +
        `stop it with "${taskLine("cluster", "down", "--name", name)}"`,
    );
  });
  // The demo installs this handler only after the boot. So a signal during the boot stops this process and all its
  // programs at once.
  onInterruption((interruption) => abort.abort(interruption));
  cleanup.use(cluster);
  output.success(`controllers, scheduler and node ready ${sinceCrds()} later`);
  if (!demoCluster) {
    throw new Error(`Cannot use the control plane "${name}": its API server did not start`);
  }
  return demoCluster;
}
