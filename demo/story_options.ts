import type { Place } from "./place.ts";
import type { Steps } from "./steps.ts";
import type { Screen } from "./view/screen.ts";

/** What the demo may tell, after a cluster, the definitions and the operator are there. */
export interface Story {
  /** How many steps it has, with those three. */
  steps: number;
  /** Further flags of the operator. */
  operatorFlags: readonly string[];
  tell(place: Place, options: StoryOptions): Promise<void>;
}

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
