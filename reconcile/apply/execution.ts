import { ApiError, isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";

/** Names one object in results and messages. */
export interface Ref {
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** A request that was sent and accepted. */
export interface Write {
  ref: Ref;
  verb: "create" | "apply" | "replace" | "delete" | "release";
  /** What was different: paths of fields, or "new" and the like. */
  why: readonly string[];
}

/** An object that could not be written; the others were. */
export interface WriteError {
  ref: Ref;
  error: unknown;
}

/** An object that must not be written as things are. */
export interface Blocked {
  ref: Ref;
  /** `Paused` is for what somebody changed meanwhile; what is absent or outdated shows by itself. */
  reason: "NameConflict" | "WaitingForDeletion" | "Paused";
  message: string;
}

/** What came of executing a plan. */
export interface Execution {
  writes: Write[];
  errors: WriteError[];
  blocked: Blocked[];
  /** Objects that changed, or whose namespace goes, under our hands; another pass sees them as they are then. */
  conflicts: Ref[];
}

/** What is said of the objects that were blocked for a reason. */
export function messagesOf(
  { blocked }: Pick<Execution, "blocked">,
  reason: Blocked["reason"],
): string[] {
  return blocked.filter((one) => one.reason === reason).map(({ message }) => message);
}

/** A failed write in one line; of a refusal what the API server said, not how it was asked. */
export function describeWriteError({ ref, error }: WriteError): string {
  const why = error instanceof ApiError
    ? error.answer
    : error instanceof Error
    ? error.message
    : String(error);
  return `${describeRef(ref)}: ${why}`;
}

/**
 * Whether the API server will not take the object however often it is tried: its content is invalid, so somebody must
 * change what it was made from.
 */
export function isRefused({ error }: WriteError): boolean {
  // A refusal that is explained, see explainApplyError, has the answer as its cause.
  return isInvalid(error) || (error instanceof Error && error.cause instanceof ApiError);
}

export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Ref {
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

/** `Deployment "namespace/name"`. */
export function describeRef({ kind, namespace, name }: Ref): string {
  return `${kind} "${namespace ? `${namespace}/` : ""}${name}"`;
}
