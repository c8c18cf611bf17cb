import type { OperatorProcess } from "../devcluster/operator_process.ts";
import { logTail } from "../devcluster/instance/log_tail.ts";
import { operatorFiles, requestsOf } from "./cluster/operator.ts";
import { describeError } from "./describe_error.ts";
import { Interruption } from "./interruption.ts";
import { keptLines } from "./kept.ts";
import { type Place, preparePlace } from "./place.ts";
import { createSteps } from "./steps.ts";
import { prepareOperator } from "./story.ts";
import type { Story, StoryOptions } from "./story_options.ts";
import { say } from "./view/line.ts";
import type { Screen } from "./view/screen.ts";
import { summaryLines } from "./view/summary.ts";

export interface DemoOptions {
  story: Story;
  /** Context of the user's kubeconfig; a control plane on this machine if absent. */
  context: string | undefined;
  /** Leaves up what was put up. */
  keep: boolean;
  screen: Screen;
  /** For each thing that is waited for. */
  deadlineMs: number;
}

/**
 * Tells the story and takes away what it put up. Returns the exit code: 0, 1 when a step did not come true (after
 * saying which and why), or that of a shell for the signal that interrupted it.
 */
export async function runDemo(
  { story, context, keep, screen, deadlineMs }: DemoOptions,
): Promise<number> {
  const abort = new AbortController();
  const cleanup = new AsyncDisposableStack();
  const steps = createSteps({ screen, total: story.steps, nowMs: () => performance.now() });
  const options: StoryOptions = { context, keep, screen, steps, deadlineMs, abort, cleanup };
  let place: Place | undefined;
  let operator: OperatorProcess | undefined;
  let code = 0;
  try {
    place = await preparePlace(options);
    operator = await prepareOperator(place, options, story.operatorFlags);
    await story.tell(place, options);
    const summary = summaryLines(steps.figures, await requestsOf(operator));
    if (!keep) await cleanUp(cleanup, place, screen);
    screen.heading("Summary");
    summary.forEach(screen.line);
  } catch (error) {
    const { reason } = abort.signal;
    if (reason instanceof Interruption) {
      screen.line(say(reason.message, "bad"));
      code = reason.exitCode;
    } else {
      code = 1;
      await reportFailure(screen, error, place);
    }
  }
  if (keep && place && operator && code <= 1) {
    screen.heading("Everything stays up");
    keptLines({ ...place, operator }).forEach(screen.line);
  } else if (!cleanup.disposed) await cleanUp(cleanup, place, screen);
  return code;
}

async function cleanUp(
  cleanup: AsyncDisposableStack,
  place: Place | undefined,
  screen: Screen,
): Promise<void> {
  if (place?.access.shared) screen.heading("Cleaning up");
  await cleanup.disposeAsync();
}

async function reportFailure(
  screen: Screen,
  error: unknown,
  place: Place | undefined,
): Promise<void> {
  screen.line([{ text: "✗ ", tone: "bad" }, { text: describeError(error) }]);
  const log = place && await logTail(operatorFiles(place.access).log);
  if (!log) return;
  screen.line(say("The end of the operator's log:", "dim"));
  for (const line of log.split("\n")) screen.line(say(`  ${line}`));
}
