import type { Steps } from "./steps.ts";
import type { Screen } from "./view/screen.ts";

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
