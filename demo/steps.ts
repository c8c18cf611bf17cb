import { type RequestCounts, writesIn } from "./cluster/request_counts.ts";
import type { Screen } from "./view/screen.ts";
import type { StepFigures } from "./view/summary.ts";

/** The steps of a story, one after the other, and their figures. */
export interface Steps {
  /** Ends the step before and prints the heading of a new one. */
  begin(title: string): Promise<void>;
  /** Ends the last step. */
  end(): Promise<void>;
  /** From now on the requests that are counted by this are noted for each step. */
  countBy(requests: () => Promise<RequestCounts>): void;
  /** Of the steps that have ended. */
  readonly figures: readonly StepFigures[];
}

export function createSteps(
  { screen, total, nowMs }: { screen: Pick<Screen, "heading">; total: number; nowMs(): number },
): Steps {
  const figures: StepFigures[] = [];
  let current: { title: string; startedAtMs: number } | undefined;
  let requests: (() => Promise<RequestCounts>) | undefined;
  let writesBefore = 0;

  async function end() {
    if (current === undefined) return;
    const tookMs = nowMs() - current.startedAtMs;
    const writesSoFar = requests && writesIn(await requests());
    const writes = writesSoFar === undefined ? undefined : writesSoFar - writesBefore;
    writesBefore = writesSoFar ?? 0;
    figures.push({ title: current.title, tookMs, writes });
    current = undefined;
  }

  return {
    figures,
    countBy: (count) => requests = count,
    end,
    async begin(title) {
      await end();
      const number = figures.length + 1;
      screen.heading(`${number}/${total}  ${title}`);
      current = { title: `${number}  ${title}`, startedAtMs: nowMs() };
    },
  };
}
