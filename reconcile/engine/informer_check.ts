import { reasonOf } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Informer } from "../../kube/informer.ts";
import type { ReadyCheck } from "../../process/health.ts";

/**
 * Time without a response or event after which an informer is not ready: 70 s until it opens a new watch, 30 s for that
 * request, and a margin for a busy machine.
 */
const MAX_SILENCE_MS = 110_000;

/**
 * Returns the check of an informer. It fails before the first list and when the API server stays silent.
 *
 * @param required whether it also fails while the kind is absent or forbidden; otherwise only its controllers are idle
 */
export function informerCheck(
  name: string,
  informer: Pick<Informer<KubeObject>, "state" | "silentForMs" | "problem">,
  required = false,
): ReadyCheck {
  const refusal = () => {
    switch (informer.state()) {
      case "absent":
        return "not served by the API server";
      case "forbidden":
        return `not permitted${because(informer.problem())}`;
    }
  };
  return {
    name: `informer/${name}`,
    note: refusal,
    problem() {
      if (refusal()) return required ? refusal() : undefined;
      const reason = because(informer.problem());
      if (informer.state() === "starting") return `not in sync yet${reason}`;
      const silentMs = informer.silentForMs();
      if (silentMs <= MAX_SILENCE_MS) return undefined;
      return `silent for ${Math.round(silentMs / 1000)} s${reason}`;
    },
  };
}

function because(problem: unknown): string {
  return problem === undefined ? "" : `: ${reasonOf(problem)}`;
}
