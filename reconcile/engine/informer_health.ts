import { ApiError, ConnectionError, reasonOf } from "../../kube/errors.ts";
import type { Informer } from "../../kube/informer.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { ReadyCheck } from "../../process/health.ts";

/**
 * Maximum time in milliseconds without a response or an event. After this time, the informer is not ready. After 70 s
 * without an event, the informer first checks for at most 15 s whether the data of the API server is outdated. It then
 * opens a new watch, which takes at most 30 s. The remaining 5 s are a margin for a busy machine.
 */
const MAX_SILENCE_MS = 120_000;

/**
 * Returns the readiness check of an informer. The check fails until the first list is complete, and while the API
 * server does not respond.
 *
 * @param required whether the check also fails if the kind is absent or forbidden, or if requests for the kind fail. If
 *   false, only the controllers that need the kind are idle.
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
      case "failing":
        // A ConnectionError is not specific to this kind: the API server is unreachable.
        if (informer.problem() instanceof ConnectionError) return undefined;
        return `cannot be listed and watched${because(informer.problem())}`;
    }
  };
  return {
    name: `informer/${name}`,
    note: refusal,
    problem() {
      if (refusal()) return required ? refusal() : undefined;
      const reason = because(informer.problem());
      if (informer.state() === "starting") return `not in sync yet${reason}`;
      if (informer.state() === "failing") return `cannot be listed and watched${reason}`;
      const silentMs = informer.silentForMs();
      if (silentMs <= MAX_SILENCE_MS) return undefined;
      return `received nothing for ${Math.round(silentMs / 1000)} s${reason}`;
    },
  };
}

function because(problem: unknown): string {
  return problem === undefined ? "" : `: ${reasonOf(problem)}`;
}

/** An informer that a controller depends on. */
export interface Source {
  /** Name of the kind: `plural.group`, or `plural` for the core group. */
  name: string;
  informer: Pick<Informer<KubeObject>, "state" | "problem" | "onStateChange">;
  /** Whether the controller also works if the API server does not serve the kind. */
  optional: boolean;
  /** Whether the controller reconciles the objects of this kind. */
  primary?: boolean;
}

/**
 * Returns the reason why a controller must not reconcile now; undefined if it may. A controller needs a current store
 * of every kind that it reads, because a plan from a stale or empty store could delete or overwrite objects.
 */
export function idleReason(sources: readonly Source[]): string | undefined {
  const reasons = sources.map(reasonOfSource);
  // A starting informer has the lowest priority, because a user may have to solve any other problem.
  return reasons.find((reason) => reason && !reason.isStarting)?.text ??
    reasons.find((reason) => reason !== undefined)?.text;
}

/**
 * Returns whether a controller is idle only because the API server does not respond. The HTTP transport logs this
 * problem once for all controllers.
 */
export function isUnreachable(sources: readonly Source[]): boolean {
  return sources.every((source) =>
    reasonOfSource(source) === undefined || source.informer.problem() instanceof ConnectionError
  );
}

/**
 * Returns the required kinds that the operator cannot read, each with the reason. Omits a kind until its first list has
 * succeeded or failed.
 */
export function unreadableSources(
  sources: readonly Source[],
): { name: string; reason: string }[] {
  return sources.flatMap((source) => {
    const reason = reasonOfSource(source);
    return reason && !reason.isStarting ? [{ name: source.name, reason: reason.text }] : [];
  });
}

function reasonOfSource(
  { name, informer, optional }: Source,
): { text: string; isStarting?: true } | undefined {
  switch (informer.state()) {
    case "synced":
      return undefined;
    case "starting":
      return { text: `${name} are not in sync yet`, isStarting: true };
    case "absent":
      if (optional) return undefined;
      return { text: `the API server does not serve ${name}: install the CRD` };
    case "failing":
      return { text: `${name} cannot be listed and watched${because(informer.problem())}` };
    case "forbidden": {
      const error = informer.problem();
      const answer = error instanceof ApiError ? ` (${error.serverMessage})` : "";
      return {
        text: `the operator lacks permission to list and watch ${name}: grant it${answer}`,
      };
    }
  }
}
