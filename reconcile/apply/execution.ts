import { ApiError, isConflict, isWebhookDenial } from "../../kube/errors.ts";
import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import {
  DRIFT_REPAIRED,
  type NAME_CONFLICT,
  type PAUSED,
  PRUNED,
  type WAITING_FOR_DELETION,
} from "./reasons.ts";

/** Identifies one object in results and messages. */
export interface Ref {
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** A write request that the API server accepted. */
export interface Write {
  ref: Ref;
  verb: "create" | "apply" | "replace" | "delete" | "release";
  /** Reasons of the write: paths of the fields that differed, or a text such as "new". */
  why: readonly string[];
}

/** An object that could not be written. The executor still writes the other objects. */
export interface WriteError {
  ref: Ref;
  error: unknown;
}

/** An object that must not be written now. */
export interface Blocked {
  ref: Ref;
  /** `Paused` means only unrepaired drift. The parent's status reports absent and outdated objects in any case. */
  reason: typeof NAME_CONFLICT | typeof WAITING_FOR_DELETION | typeof PAUSED;
  message: string;
}

/** Result of executing a plan. */
export interface Execution {
  writes: Write[];
  errors: WriteError[];
  blocked: Blocked[];
  /** Objects whose write must be retried, for example after a change by another client. The key is requeued. */
  conflicts: Ref[];
}

/** Returns the messages of the objects that are blocked for this reason. */
export function messagesOf(
  { blocked }: Pick<Execution, "blocked">,
  reason: Blocked["reason"],
): string[] {
  return blocked.filter((one) => one.reason === reason).map(({ message }) => message);
}

/** Describes a failed write in one line. An API server error is described by its message, without the request. */
export function describeWriteError({ ref, error }: WriteError): string {
  const why = error instanceof ApiError
    ? error.serverMessage
    : error instanceof Error
    ? error.message
    : String(error);
  return `${describeRef(ref)}: ${why}`;
}

/** Status codes with which the API server refuses an object: by its content, permissions, a quota or an admission policy. */
const REFUSALS = [400, 403, 413, 422];

/** Returns whether the API server refused the object, so that a user must change the parent, a permission or a policy. */
export function isRefused({ error }: WriteError): boolean {
  if (isWebhookDenial(error)) return true;
  // An error from `explainApplyError` has the API server's response as its cause.
  const answer = error instanceof Error && error.cause instanceof ApiError ? error.cause : error;
  return answer instanceof ApiError && REFUSALS.includes(answer.status) && !isConflict(answer);
}

/** Returns the reference to an object for results and messages. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Ref {
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

/** Returns `Deployment "namespace/name"`. */
export function describeRef(
  { kind, namespace, name }: Pick<Ref, "kind" | "namespace" | "name">,
): string {
  return `${kind} "${namespace ? `${namespace}/` : ""}${name}"`;
}

const MAX_NAMED = 10;

/**
 * Returns the events about the writes of one reconciliation: pruned objects, and objects whose drift was repaired. An
 * apply that follows from a change of the parent causes no event.
 */
export function changeEvents({ writes }: Pick<Execution, "writes">): EventContent[] {
  const events: EventContent[] = [];
  const pruned = writes.filter(({ verb }) => verb === "delete");
  if (pruned.length > 0) {
    events.push({
      type: "Normal",
      reason: PRUNED,
      action: "Delete",
      note: `Deleted ${list(pruned)}: no longer needed`,
    });
  }
  const repaired = writes.filter(({ verb, why }) =>
    (verb === "apply" || verb === "replace") && !why.some((path) => path.endsWith(PLAN_HASH))
  );
  if (repaired.length > 0) {
    const fields = [...new Set(repaired.flatMap(({ why }) => why))].slice(0, MAX_NAMED);
    events.push({
      type: "Normal",
      reason: DRIFT_REPAIRED,
      action: "Apply",
      note: `Repaired drift of ${list(repaired)}: ${fields.join(", ")}`,
    });
  }
  return events;
}

function list(writes: Execution["writes"]): string {
  const names = writes.slice(0, MAX_NAMED).map(({ ref: { kind, name } }) =>
    describeRef({ kind, name })
  );
  return writes.length > MAX_NAMED
    ? `${names.join(", ")} and ${writes.length - MAX_NAMED} more`
    : names.join(", ");
}
