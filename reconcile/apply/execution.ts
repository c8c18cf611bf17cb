import { ApiError, isConflict, isWebhookDenial } from "../../kube/errors.ts";
import type { EventContent } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import {
  ADOPTED,
  type DRIFT_FIGHT,
  DRIFT_REPAIRED,
  type NAME_CONFLICT,
  type NOT_KEPT,
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
  verb: "create" | "apply" | "adopt" | "replace" | "delete" | "release" | "scale";
  /** Reasons for the write: paths of the fields that differed, or a word such as "new". */
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
  /**
   * Why the operator must not write the object. The executor uses `Paused` only for drift, because the parent's status
   * reports absent and outdated objects anyway.
   */
  reason:
    | typeof NAME_CONFLICT
    | typeof WAITING_FOR_DELETION
    | typeof PAUSED
    | typeof DRIFT_FIGHT;
  message: string;
  /** Time in milliseconds after which the write may be possible; absent if unknown. */
  retryMs?: number;
}

/**
 * A message for a condition of the parent. It reports that the operator repairs an object at a reduced pace, or that
 * the API server did not store some fields of the object.
 */
export interface Notice {
  ref: Ref;
  reason: typeof DRIFT_FIGHT | typeof NOT_KEPT;
  message: string;
  /**
   * Delay in milliseconds until the operator checks whether the notice still applies; absent if no check is necessary.
   */
  retryMs?: number;
}

/** Result of executing a plan. */
export interface Execution {
  writes: Write[];
  errors: WriteError[];
  blocked: Blocked[];
  /**
   * Objects that the operator must write again later, for example after a change by another client. The key is
   * requeued.
   */
  conflicts: Ref[];
  /** Notices for conditions of the parent; absent if there are none. */
  notices?: Notice[];
}

/** Returns the messages of the blocked objects and notices with this reason. */
export function messagesOf(
  { blocked, notices = [] }: Pick<Execution, "blocked" | "notices">,
  reason: (Blocked | Notice)["reason"],
): string[] {
  return [...blocked, ...notices].filter((one) => one.reason === reason)
    .map(({ message }) => message);
}

/**
 * Describes a failed write in one line. If the API server returned an error, the line contains its message, but not the
 * request. A repeated failure has the same text, because a different text would cause another status write.
 */
export function describeWriteError({ ref, error }: WriteError): string {
  return `${describeRef(ref)}: ${whyFailed(error)}`;
}

function whyFailed(error: unknown): string {
  const message = error instanceof ApiError
    ? withSortedCauses(error)
    : error instanceof Error
    ? error.message
    : String(error);
  // Removes the addresses of a connection error, because they contain a random port:
  // `read tcp 10.0.0.1:41234->10.0.0.2:443: connection reset`.
  return message.replaceAll(/\S+:\d+->/g, "");
}

/**
 * Returns the message of the API server with its causes in alphabetical order. If the causes concern the entries of a
 * map, such as the limits of a container, the API server lists them in random order. Without the sort, the status would
 * change at each retry.
 */
function withSortedCauses({ serverMessage, details }: ApiError): string {
  const causes = (details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
  const distinct = [...new Set(causes)];
  return serverMessage.replace(distinct.join(", "), () => distinct.toSorted().join(", "));
}

/** Status codes of responses that refuse an object because of its content, a permission, a quota or a policy. */
const REFUSALS = [400, 403, 413, 422];

/**
 * Returns whether the API server refused the object. A retry of a refused write fails until a user changes the parent,
 * a permission, a quota or a policy.
 */
export function isRefused({ error }: WriteError): boolean {
  if (isWebhookDenial(error)) return true;
  // An error from `explainApplyError` has the API server's response as its cause.
  const answer = error instanceof Error && error.cause instanceof ApiError ? error.cause : error;
  return answer instanceof ApiError && REFUSALS.includes(answer.status) && !isConflict(answer);
}

/** Returns the reference that identifies an object in results and messages. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Ref {
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

/** Returns the key that identifies one object. */
export function refKey({ apiVersion, kind, namespace = "", name }: Ref): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`;
}

/**
 * Returns the execution with errors, blocked objects and notices in the order of the plan. Writes end in any order.
 * Without a fixed order, the error message would change at each retry and cause another status write.
 */
export function inPlanOrder(
  execution: Required<Execution>,
  planned: readonly { manifest: KubeObject }[],
): Execution {
  const { errors, blocked, notices } = execution;
  if (errors.length + blocked.length + notices.length === 0) return execution;
  const order = new Map(planned.map(({ manifest }, index) => [refKey(refOf(manifest)), index]));
  const place = (ref: Ref) => order.get(refKey(ref)) ?? order.size;
  const sorted = <T extends { ref: Ref }>(items: readonly T[]) =>
    items.toSorted((a, b) =>
      place(a.ref) - place(b.ref) || (refKey(a.ref) < refKey(b.ref) ? -1 : 1)
    );
  return {
    ...execution,
    errors: sorted(errors),
    blocked: sorted(blocked),
    notices: sorted(notices),
  };
}

/** Returns the kind and the name of an object as shown in messages, such as `Deployment "namespace/name"`. */
export function describeRef(
  { kind, namespace, name }: Pick<Ref, "kind" | "namespace" | "name">,
): string {
  return `${kind} "${namespace ? `${namespace}/` : ""}${name}"`;
}

const MAX_NAMED = 10;

/**
 * Returns the events about deleted objects, adopted objects and repaired drift. The operator emits no event for an
 * apply that follows a change to the parent.
 */
export function changeEvents({ writes }: Pick<Execution, "writes">): EventContent[] {
  const events: EventContent[] = [];
  const pruned = writes.filter(({ verb }) => verb === "delete");
  for (const [why, objects] of Map.groupBy(pruned, ({ why }) => why.join(", "))) {
    events.push({
      type: "Normal",
      reason: PRUNED,
      action: "Delete",
      note: `Deleted ${list(objects)}: ${why}`,
    });
  }
  const adopted = writes.filter(({ verb }) => verb === "adopt");
  if (adopted.length > 0) {
    events.push({
      type: "Normal",
      reason: ADOPTED,
      action: "Apply",
      note: `Adopted ${list(adopted)}: former children without an owner`,
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
