/** What a condition of a status says; the shape of `metav1.Condition`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  /** When `status` last changed, RFC 3339. */
  lastTransitionTime: string;
  observedGeneration?: number | undefined;
}

/** Longer messages are refused by the API server, https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Condition */
const MAX_MESSAGE = 32_768;

/** A condition as a planner states it, without the bookkeeping. */
export type Statement = Pick<Condition, "type" | "status" | "reason" | "message">;

/**
 * Turns statements into conditions. A transition time is kept unless the status of its condition flips; the
 * conditions come in the order of the statements, and one that is no longer stated is gone.
 *
 * See https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 *
 * @param previous the conditions as stored
 * @param at.generation `metadata.generation` of the object that the statements are about
 * @param at.nowIso the time now, RFC 3339 in whole seconds (as the API server stores it)
 */
export function setConditions(
  previous: readonly Pick<Condition, "type" | "status" | "lastTransitionTime">[],
  statements: readonly Statement[],
  at: { generation: number; nowIso: string },
): Condition[] {
  return statements.map(({ type, status, reason, message }) => {
    const before = previous.find((condition) => condition.type === type);
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : at.nowIso;
    return {
      type,
      status,
      reason,
      message: message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message,
      lastTransitionTime,
      observedGeneration: at.generation,
    };
  });
}
