import { ApiError, isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { NAME_CONFLICT, PAUSED, WAITING_FOR_DELETION } from "./reasons.ts";

/** Names one object in results and messages. */
export interface Ref {
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** A request that the API server accepted. */
export interface Write {
  ref: Ref;
  verb: "create" | "apply" | "replace" | "delete" | "release";
  /** Paths of the fields that differed, or "new" and the like. */
  why: readonly string[];
}

/** An object that could not be written. It does not stop the others. */
export interface WriteError {
  ref: Ref;
  error: unknown;
}

/** An object that must not be written now. */
export interface Blocked {
  ref: Ref;
  /** `Paused` only for drift that is not repaired; absent and outdated objects show in the status anyway. */
  reason: typeof NAME_CONFLICT | typeof WAITING_FOR_DELETION | typeof PAUSED;
  message: string;
}

/** Result of executing a plan. */
export interface Execution {
  writes: Write[];
  errors: WriteError[];
  blocked: Blocked[];
  /** Objects that another client changed, or whose namespace was deleted, during the execution: reconcile again. */
  conflicts: Ref[];
}

/** Returns the messages of the objects that are blocked for this reason. */
export function messagesOf(
  { blocked }: Pick<Execution, "blocked">,
  reason: Blocked["reason"],
): string[] {
  return blocked.filter((one) => one.reason === reason).map(({ message }) => message);
}

/** Returns a failed write in one line. Of a refusal it gives the API server's answer without the request. */
export function describeWriteError({ ref, error }: WriteError): string {
  const why = error instanceof ApiError
    ? error.serverMessage
    : error instanceof Error
    ? error.message
    : String(error);
  return `${describeRef(ref)}: ${why}`;
}

/** Returns whether the API server refused the content of the object, so that its source must change. */
export function isRefused({ error }: WriteError): boolean {
  // An explained refusal carries the API server's answer as its cause.
  return isInvalid(error) || (error instanceof ApiError && error.status === 400) ||
    (error instanceof Error && error.cause instanceof ApiError);
}

/** Returns the name of an object for results and messages. */
export function refOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject): Ref {
  return { apiVersion, kind, ...(namespace !== undefined && { namespace }), name };
}

/** Returns `Deployment "namespace/name"`. */
export function describeRef(
  { kind, namespace, name }: Pick<Ref, "kind" | "namespace" | "name">,
): string {
  return `${kind} "${namespace ? `${namespace}/` : ""}${name}"`;
}
