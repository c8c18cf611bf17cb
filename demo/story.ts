import type { OperatorProcess } from "../devcluster/operator_process.ts";
import { applyGraph, breakDeployment, deleteGraph, removeService, scaleWorker } from "./acts.ts";
import { deleteFiles } from "./cluster/kubectl.ts";
import {
  createAccount,
  endOperator,
  launchOperator,
  operatorFiles,
  requestsOf,
} from "./cluster/operator.ts";
import { NAMESPACE } from "./names.ts";
import type { Place } from "./place.ts";
import { SAMPLE } from "./sample.ts";
import { remark, succeed } from "./stage.ts";
import { stopwatch } from "./stopwatch.ts";
import type { Story, StoryOptions } from "./story_options.ts";
import { watchNamespace } from "./world/world.ts";

/** The third step: the operator, under an account of its own. */
export async function prepareOperator(
  { access }: Place,
  { keep, screen, steps, cleanup, abort }: StoryOptions,
  flags: readonly string[],
): Promise<OperatorProcess> {
  await steps.begin("The operator");
  remark(
    { screen },
    "It has its own account, with just the rights that its controllers declare.",
  );
  const { account, log } = operatorFiles(access);
  if (access.shared) cleanup.defer(() => deleteFiles(access.kubectl, [account]));
  await createAccount(access, abort.signal);
  const since = stopwatch();
  const operator = await launchOperator(access, { keep, flags, screen, signal: abort.signal });
  cleanup.defer(() => endOperator(operator));
  operator.exited.then((code) =>
    abort.abort(new Error(`The operator ended by itself, with exit code ${code}`))
  );
  steps.countBy(() => requestsOf(operator));
  succeed({ screen }, `process ${operator.pid} ready after ${since()}; its log:`);
  screen.command(["tail", "-f", log], true);
  return operator;
}

/** The life of a graph. */
export const GRAPH_STORY: Story = { steps: 8, operatorFlags: [], tell: tellLife };

/** The other steps: the life of a graph, from the first `kubectl apply` to the end. */
async function tellLife({ access }: Place, options: StoryOptions): Promise<void> {
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
