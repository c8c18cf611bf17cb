import { logTail } from "../devcluster/instance/log_tail.ts";
import { operatorFiles, requestsOf } from "./cluster/operator.ts";
import { Interruption } from "./interruption.ts";
import { keptLines } from "./kept.ts";
import { createSteps } from "./steps.ts";
import { type Ground, prepareGround, STEPS, type StoryOptions, tellLife } from "./story.ts";
import { say } from "./view/line.ts";
import type { Screen } from "./view/screen.ts";
import { summaryLines } from "./view/summary.ts";

export interface DemoOptions {
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
export async function runDemo({ context, keep, screen, deadlineMs }: DemoOptions): Promise<number> {
  const abort = new AbortController();
  const cleanup = new AsyncDisposableStack();
  const steps = createSteps({ screen, total: STEPS, nowMs: () => performance.now() });
  const options: StoryOptions = { context, keep, screen, steps, deadlineMs, abort, cleanup };
  let ground: Ground | undefined;
  let code = 0;
  try {
    ground = await prepareGround(options);
    await tellLife(ground, options);
    const summary = summaryLines(steps.figures, await requestsOf(ground.operator));
    if (!keep) await cleanUp(cleanup, ground, screen);
    screen.heading("Summary");
    summary.forEach(screen.line);
  } catch (error) {
    code = abort.signal.reason instanceof Interruption ? abort.signal.reason.exitCode : 1;
    if (code === 1) await reportFailure(screen, steps.heading, error, ground);
  }
  if (keep && ground && code <= 1) {
    screen.heading("Everything stays up");
    keptLines(ground).forEach(screen.line);
  } else if (!cleanup.disposed) await cleanUp(cleanup, ground, screen);
  return code;
}

async function cleanUp(
  cleanup: AsyncDisposableStack,
  ground: Ground | undefined,
  screen: Screen,
): Promise<void> {
  if (ground?.access.shared) screen.heading("Cleaning up");
  await cleanup.disposeAsync();
}

async function reportFailure(
  screen: Screen,
  step: string | undefined,
  error: unknown,
  ground: Ground | undefined,
): Promise<void> {
  const where = step === undefined ? "" : `${step}: `;
  screen.line([{ text: "✗ ", tone: "bad" }, { text: `${where}${describe(error)}` }]);
  if (!ground) return;
  const { log } = operatorFiles(ground.access);
  screen.line(say(`The end of the operator's log, ${log}:`, "dim"));
  for (const line of (await logTail(log)).split("\n")) screen.line(say(`  ${line}`));
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
