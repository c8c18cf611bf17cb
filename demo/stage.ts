import type { Kubectl } from "./cluster/kubectl.ts";
import { say } from "./view/line.ts";
import type { Screen } from "./view/screen.ts";
import { secondsText } from "./view/summary.ts";
import { treeOf } from "./view/tree.ts";
import type { Condition } from "./world/conditions.ts";
import type { Snapshot } from "./world/snapshot.ts";
import { waitUntil } from "./world/wait_until.ts";
import type { World } from "./world/world.ts";

/** What the acts of the story play on. */
export interface Stage {
  screen: Screen;
  kubectl: Kubectl;
  world: World;
  /** For each thing that is waited for. */
  deadlineMs: number;
  /** Aborted when the story cannot go on. */
  signal: AbortSignal;
}

/** Shows the live tree until the condition holds, or throws at the deadline; leaves the last tree standing. */
export async function watchUntil(
  { screen, world, deadlineMs, signal }: Stage,
  condition: Condition,
): Promise<Snapshot> {
  try {
    return await waitUntil({
      world,
      condition,
      deadlineMs,
      signal,
      show: (snapshot, waitedMs) =>
        screen.tree(treeOf(snapshot), `${secondsText(waitedMs)}  ${condition(snapshot) ?? ""}`),
    });
  } finally {
    screen.endTree(treeOf(world.snapshot()));
  }
}

/** Says that something has come true. */
export function succeed({ screen }: Pick<Stage, "screen">, text: string): void {
  screen.line([{ text: "✓ ", tone: "good" }, { text }]);
}

/** Says something about what is shown. */
export function remark({ screen }: Pick<Stage, "screen">, text: string): void {
  screen.line(say(text, "dim"));
}
