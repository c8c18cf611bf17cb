import type { Log } from "../../kube/log.ts";
import { isJsonObject } from "../../kube/json.ts";
import type { ReadyCheck } from "../../process/health.ts";

/**
 * Records the status fields that the installed CRD lacks, because the CRD is older than the operator. The operator
 * sends such a field only once.
 */
export interface UnstoredFields {
  /** Returns the status without the fields that the API server is known to drop. */
  strip<S>(status: S): S;
  /**
   * Compares the sent status with the stored status to find fields that the API server has dropped. If it finds a
   * field for the first time, logs all dropped fields.
   */
  compare(sent: unknown, stored: unknown): void;
  /** The fields that the API server is known to drop, such as `status.observedGeneration`. */
  readonly fields: readonly string[];
  /** Check of `/readyz` that names the dropped fields. It always passes. */
  readonly check: ReadyCheck;
}

/**
 * Creates the record of dropped status fields for one kind. Only a restart of the operator clears the record.
 *
 * @param remedy instruction for the administrator, such as "upgrade the CRDs"
 */
export function createUnstoredFields(
  { kind, log, remedy }: { kind: string; log: Log; remedy: string },
): UnstoredFields {
  const dropped = new Set<string>();
  const paths = () => [...dropped].map((field) => `status.${field}`).sort();
  const fields = () => paths().join(", ");
  return {
    get fields() {
      return paths();
    },
    strip(status) {
      if (dropped.size === 0 || !isJsonObject(status)) return status;
      const kept = Object.entries(status).filter(([field]) => !dropped.has(field));
      return Object.fromEntries(kept) as typeof status;
    },
    compare(sent, stored) {
      if (!isJsonObject(sent)) return;
      const before = dropped.size;
      for (const [field, value] of Object.entries(sent)) {
        const isStored = isJsonObject(stored) && stored[field] !== undefined;
        if (value !== undefined && !isStored) dropped.add(field);
      }
      if (dropped.size === before) return;
      log.warn("The API server does not store {fields} of {kind}: {remedy}", {
        fields: fields(),
        kind,
        remedy,
      });
    },
    check: {
      name: `crd/${kind}`,
      get verbose() {
        return dropped.size === 0;
      },
      problem: () => undefined,
      note: () =>
        dropped.size === 0 ? undefined : `the API server does not store ${fields()}: ${remedy}`,
    },
  };
}
