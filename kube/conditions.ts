/** A condition in the status of an object, with the same fields as `metav1.Condition`. */
export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason: string;
  message: string;
  /** Time at which `status` last changed, in RFC 3339 format. */
  lastTransitionTime: string;
  /** `metadata.generation` of the object when the controller computed the condition. */
  observedGeneration?: number | undefined;
}

/** Maximum length of a message: https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Condition */
const MAX_MESSAGE = 32_768;

/** The fields of a condition that a controller sets; {@linkcode setConditions} adds the time and the generation. */
export type Statement = Pick<Condition, "type" | "status" | "reason" | "message">;

/**
 * Returns the new conditions of an object: one for each {@linkcode Statement}, in the same order. A condition keeps its
 * `lastTransitionTime` unless its status changes. Drops a previous condition if no statement has its type.
 *
 * See https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties
 *
 * @param previous the conditions in the stored status of the object
 * @param at.generation `metadata.generation` of the object that the statements describe
 * @param at.nowIso the current time in RFC 3339 format with whole seconds, as the API server stores it
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
