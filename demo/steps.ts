import type { Output } from "./output.ts";
import { type RequestCounts, writesIn } from "./request_counts.ts";
import type { StepFigures } from "./summary.ts";

/** The numbered steps of a demo, with the duration and the number of writes of each step. */
export interface Steps {
  /** Ends the current step and prints the heading of the next one. */
  begin(title: string): Promise<void>;
  end(): Promise<void>;
  /** Starts to record the writes of each step. `requests` returns the counts of all requests sent so far. */
  countRequests(requests: () => Promise<RequestCounts>): void;
  /** Durations and writes of the completed steps. */
  readonly figures: readonly StepFigures[];
}

export function createSteps(
  { output, total, nowMs }: { output: Pick<Output, "heading">; total: number; nowMs(): number },
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
    countRequests: (count) => requests = count,
    end,
    async begin(title) {
      await end();
      const number = figures.length + 1;
      output.heading(`${number}/${total}  ${title}`);
      current = { title: `${number}  ${title}`, startedAtMs: nowMs() };
    },
  };
}
