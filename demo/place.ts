import type { ClusterAccess } from "./cluster/cluster_access.ts";
import { applyCrds, missingCrds } from "./cluster/crds.ts";
import { givenCluster } from "./cluster/given_cluster.ts";
import { deleteFiles } from "./cluster/kubectl.ts";
import { ownCluster } from "./cluster/own_cluster.ts";
import { onInterruption } from "./interruption.ts";
import { remark, succeed } from "./stage.ts";
import { stopwatch } from "./stopwatch.ts";
import type { StoryOptions } from "./story_options.ts";
import type { Screen } from "./view/screen.ts";

/** A cluster with the definitions. */
export interface Place {
  access: ClusterAccess;
  /** Files of the definitions that were not there before. */
  crdFiles: string[];
}

/** The first two steps: the cluster, the definitions. */
export function preparePlace(options: StoryOptions): Promise<Place> {
  return options.context === undefined
    ? useOwnCluster(options)
    : useGivenCluster(options, options.context);
}

async function useOwnCluster(
  { keep, screen, steps, cleanup, abort }: StoryOptions,
): Promise<Place> {
  await steps.begin("A control plane on this machine");
  remark({ screen }, "etcd, kube-apiserver, -controller-manager and -scheduler are the real ones;");
  remark({ screen }, "kwok plays the nodes, so that pods ask for GPUs and get them.");
  const sinceStart = stopwatch();
  let sinceServed = sinceStart;
  let crdFiles: string[] = [];
  const access = await ownCluster(keep, screen, async (access) => {
    await welcome(access, screen, sinceStart());
    await steps.begin("The custom resource definitions");
    crdFiles = await missingCrds(access.client, abort.signal);
    await applyCrds({ kubectl: access.kubectl, screen, signal: abort.signal }, crdFiles);
    sinceServed = stopwatch();
  });
  // Until here an interruption may end this process as it likes: nothing outlives it.
  cleanUpAtEnd(access, { cleanup, abort });
  succeed({ screen }, `controllers, scheduler and node up ${sinceServed()} after that`);
  return { access, crdFiles };
}

async function useGivenCluster(
  { screen, steps, cleanup, abort }: StoryOptions,
  context: string,
): Promise<Place> {
  await steps.begin(`The cluster of context "${context}"`);
  const since = stopwatch();
  const access = await givenCluster(context, screen);
  cleanUpAtEnd(access, { cleanup, abort });
  await welcome(access, screen, since());
  await steps.begin("The custom resource definitions");
  const crdFiles = await missingCrds(access.client, abort.signal);
  if (crdFiles.length > 0) {
    remark(
      { screen },
      "The garbage collector looks for new kinds every 30 s, so wait for it in step 6.",
    );
    cleanup.defer(() => deleteFiles(access.kubectl, crdFiles));
  }
  await applyCrds({ kubectl: access.kubectl, screen, signal: abort.signal }, crdFiles);
  return { access, crdFiles };
}

async function welcome({ kubectl, kubeconfig }: ClusterAccess, screen: Screen, took: string) {
  const version = JSON.parse(await kubectl.ask(["version", "--output=json"])) as {
    serverVersion: { gitVersion: string };
  };
  succeed(
    { screen },
    `Kubernetes ${version.serverVersion.gitVersion} answers after ${took}; to look on:`,
  );
  screen.command(["export", `KUBECONFIG=${kubeconfig}`], true);
}

function cleanUpAtEnd(
  access: ClusterAccess,
  { cleanup, abort }: Pick<StoryOptions, "cleanup" | "abort">,
) {
  cleanup.defer(onInterruption((interruption) => abort.abort(interruption)));
  cleanup.use(access);
}
