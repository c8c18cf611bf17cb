/** A condition of a status; the same fields as `metav1.Condition`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  /** When `status` last changed, RFC 3339. */
  lastTransitionTime: string;
  /** Generation of the object that the condition describes. */
  observedGeneration?: number | undefined;
}

/** The API server refuses longer messages: https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Condition */
const MAX_MESSAGE = 32_768;

/** The part of a condition that a controller decides. */
export type Statement = Pick<Condition, "type" | "status" | "reason" | "message">;

/**
 * Returns a condition for each statement, in the same order. A condition keeps its transition time unless its status
 * changes. Previous conditions without a statement are dropped.
 *
 * See https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 *
 * @param previous the stored conditions
 * @param at.generation `metadata.generation` of the object that the statements are about
 * @param at.nowIso the current time, RFC 3339 in whole seconds (as the API server stores it)
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
