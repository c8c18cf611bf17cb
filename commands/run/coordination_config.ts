import type { CoordinationOptions } from "../../lease/coordination.ts";
import { isHandoverSafe } from "../../lease/handover_times.ts";
import { LONGEST_MARKER_MS } from "../../lease/marker_lease.ts";
import { type FlagValues, parseDurationMs } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";
import { VERSION } from "../cli/version.ts";

/** Settings of leader election, and of the scope: the namespaces that the operator reconciles. */
export type CoordinationConfig = Pick<
  CoordinationOptions,
  "leaderLease" | "mode" | "writeTimeoutMs"
>;

/**
 * Returns the settings of leader election and scope from the values of the flags.
 *
 * @throws {UsageError} for an invalid duration, such as one that lets two operators write to a namespace at once
 */
export function readCoordinationConfig(values: FlagValues): CoordinationConfig {
  const text = (name: string) => String(values[name]);
  const timeMs = (name: string) => parseDurationMs(text(name));
  const restricted = text("restrictedNamespace");
  const writeTimeoutMs = timeMs("write-timeout");
  const freshnessMs = timeMs("marker-freshness");
  const handoverDelayMs = timeMs("handover-delay");
  if (writeTimeoutMs === 0 || freshnessMs === 0) {
    throw new UsageError('Flags "--write-timeout" and "--marker-freshness" must be above 0');
  }
  if (!isHandoverSafe({ freshnessMs, writeTimeoutMs }, handoverDelayMs)) {
    throw new UsageError(
      `Flag "--handover-delay" must be longer than the sum of --marker-freshness and --write-timeout, got "${
        text("handover-delay")
      }" with --marker-freshness "${text("marker-freshness")}" and --write-timeout "${
        text("write-timeout")
      }"`,
    );
  }
  const lease = {
    namespace: text("leader-election-namespace") || restricted || "kube-system",
    name: text("leader-election-id"),
  };
  return {
    ...(values["leader-elect"] === true && { leaderLease: lease }),
    writeTimeoutMs,
    mode: restricted === "" ? { scope: "cluster", freshnessMs } : {
      scope: "namespace",
      namespace: restricted,
      version: text("operator-version") || VERSION,
      installation: `${lease.namespace}/${lease.name}/${text("release-name")}`,
      times: {
        ...markerTimes(
          text("namespace-scope-lease-duration"),
          text("namespace-scope-lease-renew-interval"),
        ),
        handoverDelayMs,
      },
    },
  };
}

/**
 * Returns the duration and the renewal interval of the marker Lease, which reserves a namespace for a namespace-scoped
 * operator. Rounds the duration down to whole seconds, because a Lease cannot store fractions of a second.
 */
function markerTimes(duration: string, interval: string): { durationMs: number; renewMs: number } {
  const durationMs = Math.floor(parseDurationMs(duration) / 1000) * 1000;
  if (durationMs <= 0 || durationMs > LONGEST_MARKER_MS) {
    throw new UsageError(
      `Flag "--namespace-scope-lease-duration" must be between 1s and 5m, got "${duration}"`,
    );
  }
  const renewMs = parseDurationMs(interval);
  if (renewMs <= 0 || renewMs >= durationMs) {
    throw new UsageError(
      `Flag "--namespace-scope-lease-renew-interval" must be above 0 and below the Lease duration "${duration}", got "${interval}"`,
    );
  }
  return { durationMs, renewMs };
}
