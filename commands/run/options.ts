import { type JobPodSettings, parseJobPodSettings } from "../../crds/fields/job_pod_settings.ts";
import { reasonOf } from "../../kube/errors.ts";
import { LOG_LEVELS } from "../../process/logging.ts";
import type { PartitionConfig } from "../../reconcile/partition/container.ts";
import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import { type FlagValues, goDuration, parseDurationMs, parseFlags } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";
import { RUN_FLAGS } from "./flags.ts";
import { type CoordinationConfig, readCoordinationConfig } from "./coordination_config.ts";

const DISCOVERY_BACKENDS = ["kubernetes", "etcd"] as const;

function jobPodSettings(text: string): JobPodSettings {
  try {
    return parseJobPodSettings(text || "{}");
  } catch (error) {
    throw new UsageError(`Cannot use flag "--partition-job-pod": ${reasonOf(error)}`);
  }
}

/** Options of `dynamo-operator run`. */
export interface RunOptions {
  kubeconfig: string;
  context: string;
  metricsAddress: string;
  probeAddress: string;
  resyncMs: number;
  workers: number;
  logLevel: typeof LOG_LEVELS[number];
  coordination: CoordinationConfig;
  platform: PlatformConfig;
  partition: PartitionConfig;
  /** Log lines about flags that the user has set and that have no effect. */
  notices: { level: "info" | "warn"; text: string }[];
}

/** Parses the flags of `run`. Throws a UsageError for an unknown flag or an invalid value. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const { values, given, repeated } = parseFlags(RUN_FLAGS, args);
  const text = (name: string) => String(values[name]);
  return {
    kubeconfig: text("kubeconfig"),
    context: text("context"),
    metricsAddress: text("metrics-bind-address"),
    probeAddress: text("health-probe-bind-address"),
    resyncMs: parseDurationMs(text("resync")),
    workers: positiveInteger(values, "workers"),
    logLevel: given.includes("log-level") || text("zap-log-level") === ""
      ? oneOf(values, "log-level", LOG_LEVELS)
      : zapLogLevel(text("zap-log-level")),
    coordination: readCoordinationConfig(values),
    platform: readPlatformConfig(values),
    partition: {
      image: text("partition-job-image"),
      tableAllow: repeated.get("partition-table-allow") ?? [],
      pod: jobPodSettings(text("partition-job-pod")),
    },
    notices: [...noEffectNotices(values, given), ...mpiNotices(values)],
  };
}

/** Returns the delay in the format of Go durations, which Grove requires; "" if the delay is 0. */
function terminationDelay(text: string): string {
  const delayMs = parseDurationMs(text);
  return delayMs > 0 ? goDuration(delayMs) : "";
}

/** Returns the settings that affect the planned objects. Throws a UsageError for an invalid value. */
export function readPlatformConfig(values: FlagValues): PlatformConfig {
  const text = (name: string) => String(values[name]);
  const modelExpressUrl = text("model-express-url");
  if (modelExpressUrl && !URL.canParse(modelExpressUrl)) {
    throw new UsageError(`Flag "--model-express-url" takes a URL, got "${modelExpressUrl}"`);
  }
  return {
    natsAddr: text("natsAddr"),
    etcdAddr: text("etcdAddr"),
    modelExpressUrl,
    prometheusEndpoint: text("prometheus-endpoint"),
    discoveryBackend: oneOf(values, "discovery-backend", DISCOVERY_BACKENDS),
    ingress: {
      className: text("ingress-controller-class-name"),
      tlsSecretName: text("ingress-controller-tls-secret-name"),
      hostSuffix: text("ingress-host-suffix"),
    },
    virtualServiceGateway: text("istio-virtual-service-gateway"),
    groveTerminationDelay: terminationDelay(text("grove-termination-delay")),
    plannerClusterRoleName: text("planner-cluster-role-name"),
    profilingClusterRoleName: text("dgdr-profiling-cluster-role-name"),
    plannerRbacProvided: text("restrictedNamespace") !== "",
    mpiSecret: mpiSecretOf(values),
    pullSecretDiscovery: values["image-pull-secret-discovery"] === true,
  };
}

type Notices = RunOptions["notices"];

function noEffectNotices(values: FlagValues, given: readonly string[]): Notices {
  return RUN_FLAGS
    .filter(({ name, noEffect, default: preset }) =>
      noEffect && given.includes(name) && values[name] !== preset
    )
    .map(({ name, noEffect, missingFeature }) => ({
      level: missingFeature ? "warn" : "info",
      text: `Flag "--${name}" has no effect: ${noEffect}`,
    }));
}

function mpiNotices(values: FlagValues): Notices {
  const restricted = values["restrictedNamespace"];
  const given = values["mpi-run-ssh-secret-namespace"];
  if (!restricted || !given || given === restricted) return [];
  return [{
    level: "warn",
    text: 'Flag "--mpi-run-ssh-secret-namespace" has no effect: a namespace-scoped operator uses ' +
      `the Secret in its namespace "${restricted}", or creates it there`,
  }];
}

/**
 * Returns the name and the namespace of the MPI Secret to copy. For a namespace-scoped operator, the namespace is "",
 * because this operator cannot read Secrets in other namespaces.
 */
function mpiSecretOf(values: FlagValues): PlatformConfig["mpiSecret"] {
  const name = String(values["mpi-run-ssh-secret-name"]);
  if (name === "") {
    throw new UsageError('Flag "--mpi-run-ssh-secret-name" takes the name of a Secret, got ""');
  }
  const isScoped = values["restrictedNamespace"] !== "";
  return { name, namespace: isScoped ? "" : String(values["mpi-run-ssh-secret-namespace"]) };
}

/** Returns the value of a flag. Throws a UsageError if it is not one of the allowed values. */
export function oneOf<T extends string>(
  values: FlagValues,
  name: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((value) => value === values[name]);
  if (found !== undefined) return found;
  throw new UsageError(`Flag "--${name}" takes ${allowed.join(" or ")}, got "${values[name]}"`);
}

function positiveInteger(values: FlagValues, name: string): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(`Flag "--${name}" takes a whole number above 0, got "${values[name]}"`);
}

const ZAP_LEVELS: ReadonlyMap<string, typeof LOG_LEVELS[number]> = new Map([
  ["debug", "debug"],
  ["info", "info"],
  ["error", "error"],
  ["panic", "error"],
]);

/**
 * Returns the log level for a value of `--zap-log-level`, a flag of controller-runtime. The value is the name of a
 * level in upper or lower case, or a number above 0, which means "debug".
 *
 * @throws {UsageError} for any other value
 */
export function zapLogLevel(text: string): typeof LOG_LEVELS[number] {
  const level = ZAP_LEVELS.get(text.toLowerCase()) ??
    (/^0*[1-9]\d*$/.test(text) ? "debug" : undefined);
  if (level !== undefined) return level;
  const names = [...ZAP_LEVELS.keys()].join(", ");
  throw new UsageError(
    `Flag "--zap-log-level" takes ${names} or a whole number above 0, got "${text}"`,
  );
}
