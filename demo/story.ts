import type { OperatorProcess } from "../devcluster/operator_process.ts";
import { applyGraph, breakDeployment, deleteGraph, removeService, scaleWorker } from "./acts.ts";
import type { ClusterAccess } from "./cluster/cluster_access.ts";
import { applyCrds, missingCrds } from "./cluster/crds.ts";
import { givenCluster } from "./cluster/given_cluster.ts";
import { createAccount, launchOperator, operatorFiles, requestsOf } from "./cluster/operator.ts";
import { ownCluster } from "./cluster/own_cluster.ts";
import { onInterruption } from "./interruption.ts";
import { NAMESPACE } from "./names.ts";
import { SAMPLE } from "./sample.ts";
import { remark, succeed } from "./stage.ts";
import { stopwatch } from "./stopwatch.ts";
import type { Steps } from "./steps.ts";
import { say } from "./view/line.ts";
import type { Screen } from "./view/screen.ts";
import { watchNamespace } from "./world/world.ts";

/** How many steps the story has. */
export const STEPS = 8;

export interface StoryOptions {
  /** Context of the user's kubeconfig; a control plane on this machine if absent. */
  context: string | undefined;
  keep: boolean;
  screen: Screen;
  steps: Steps;
  /** For each thing that is waited for. */
  deadlineMs: number;
  /** Ends the story early. */
  abort: AbortController;
  /** Takes in what must be undone at the end. */
  cleanup: AsyncDisposableStack;
}

/** What the first three steps have put up. */
export interface Ground {
  access: ClusterAccess;
  operator: OperatorProcess;
  /** Files of the definitions that were not there before. */
  crdFiles: string[];
}

/** The control plane, the definitions, the operator. */
export async function prepareGround(options: StoryOptions): Promise<Ground> {
  const { abort: { signal } } = options;
  const { access, crdFiles } = options.context === undefined
    ? await useOwnCluster(options)
    : await useGivenCluster(options, options.context);
  signal.throwIfAborted();
  const operator = await useOperator(options, access);
  return { access, operator, crdFiles };
}

async function useOwnCluster({ keep, screen, steps, cleanup, abort }: StoryOptions) {
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
  cleanUpAtEnd(access, { screen, cleanup, abort });
  succeed({ screen }, `controllers, scheduler and node up ${sinceServed()} after that`);
  return { access, crdFiles };
}

async function useGivenCluster({ screen, steps, cleanup, abort }: StoryOptions, context: string) {
  await steps.begin(`The cluster of context "${context}"`);
  const since = stopwatch();
  const access = await givenCluster(context, screen);
  cleanUpAtEnd(access, { screen, cleanup, abort });
  await welcome(access, screen, since());
  await steps.begin("The custom resource definitions");
  const crdFiles = await missingCrds(access.client, abort.signal);
  if (crdFiles.length > 0) cleanup.defer(() => deleteFiles(access, crdFiles));
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
  { screen, cleanup, abort }: Pick<StoryOptions, "screen" | "cleanup" | "abort">,
) {
  cleanup.defer(onInterruption((interruption) => {
    abort.abort(interruption);
    screen.line(say(`${interruption.message}: cleaning up`, "bad"));
  }));
  cleanup.use(access);
}

async function useOperator(
  { keep, screen, steps, cleanup, abort }: StoryOptions,
  access: ClusterAccess,
): Promise<OperatorProcess> {
  await steps.begin("The operator");
  remark(
    { screen },
    "It has its own account, with just the rights that its controllers declare.",
  );
  const { account, log } = operatorFiles(access);
  if (access.shared) cleanup.defer(() => deleteFiles(access, [account]));
  await createAccount(access, abort.signal);
  const since = stopwatch();
  const operator = await launchOperator(access, { keep, screen, signal: abort.signal });
  cleanup.defer(async () => void await operator.stop());
  operator.exited.then((code) =>
    abort.abort(new Error(`The operator ended by itself, with exit code ${code}`))
  );
  steps.countBy(() => requestsOf(operator));
  succeed({ screen }, `process ${operator.pid} ready after ${since()}; its log:`);
  screen.command(["tail", "-f", log], true);
  return operator;
}

async function deleteFiles({ kubectl }: ClusterAccess, files: string[]): Promise<void> {
  const manifests = files.flatMap((file) => ["-f", file]);
  await kubectl.run(["delete", "--ignore-not-found", ...manifests]);
}

/** The life of a graph, from the first `kubectl apply` to the end. */
export async function tellLife({ access }: Ground, options: StoryOptions): Promise<void> {
  const { steps, screen, deadlineMs, cleanup, abort: { signal } } = options;
  const watching = new AbortController();
  cleanup.defer(() => watching.abort());
  const world = await watchNamespace({
    client: access.client,
    namespace: NAMESPACE,
    signal: AbortSignal.any([signal, watching.signal]),
    deadlineMs,
  });
  const stage = { screen, kubectl: access.kubectl, world, deadlineMs, signal };
  const beforeGraph = world.snapshot();
  const { scaled, removed } = SAMPLE;
  await steps.begin("A graph becomes ready");
  await applyGraph(stage);
  await steps.begin(`${scaled.service} is scaled from ${scaled.from} to ${scaled.to}`);
  await scaleWorker(stage);
  await steps.begin(`${removed.service} is removed`);
  await removeService(stage);
  await steps.begin("Somebody changes a Deployment by hand");
  await breakDeployment(stage);
  await steps.begin("The graph is deleted");
  await deleteGraph(stage, beforeGraph);
  await steps.end();
}
