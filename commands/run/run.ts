import { getLogger } from "@logtape/logtape";
import { createClient } from "../../kube/client.ts";
import { systemClock, untilAborted } from "../../kube/clock.ts";
import { createOutageLog } from "../../kube/outage_log.ts";
import { createTransport } from "../../kube/transport.ts";
import { createCoordination } from "../../lease/coordination.ts";
import { parseBindAddress } from "../../process/http_server.ts";
import { configureLogging } from "../../process/logging.ts";
import { createMetrics } from "../../process/metrics.ts";
import { hasSameIdentity } from "../../reconcile/dynamo/child_identity.ts";
import { createManager } from "../../reconcile/engine/manager.ts";
import { describeFlags, helpRequested } from "../cli/flags.ts";
import { VERSION } from "../cli/version.ts";
import { clusterConfig, kubeconfigPaths } from "./cluster_config.ts";
import { RUN_FLAGS } from "./flags.ts";
import { isolateNetwork } from "./network_environment.ts";
import { unsupportedKubernetes } from "./kubernetes_version.ts";
import { readRunOptions } from "./options.ts";

const LEASE_TIMEOUT_MS = 3_000;

/** Runs the operator until `stop` is aborted, then finishes the reconciliations in flight. Returns the exit code. */
export async function run(args: readonly string[], stop: AbortSignal): Promise<number> {
  if (helpRequested(args)) {
    console.log("Usage: dynamo-operator run [flags]\n");
    console.log(describeFlags(RUN_FLAGS));
    return 0;
  }
  const options = readRunOptions(args);
  const format = Deno.stderr.isTerminal() ? "text" : "json";
  await configureLogging({ level: options.logLevel, format });
  const log = getLogger(["dynamo-operator"]);
  for (const { level, text } of options.notices) log[level](text);

  const metrics = createMetrics();
  const cluster = await Promise.race([clusterConfig(options), untilAborted(stop)]);
  if (!cluster) return 0;
  if (kubeconfigPaths(options) === undefined) isolateNetwork();
  const { leaderLease, mode } = options.coordination;
  const userAgent = `dynamo-operator/${VERSION}`;
  const instance = Deno.env.get("HOSTNAME") ?? "dynamo-operator";
  // Requests for Leases use separate connections, so that other writes do not delay the renewal of a Lease. The request
  // metrics omit Lease requests, because a renewal every two seconds would hide whether the operator sends other
  // requests.
  const outageLog = createOutageLog({ clock: systemClock });
  const leaseTransport = createTransport(cluster, {
    userAgent,
    outageLog,
    deadlineMs: LEASE_TIMEOUT_MS,
  });
  const coordination = createCoordination({
    client: createClient(leaseTransport),
    identity: `${instance}_${crypto.randomUUID()}`,
    ...options.coordination,
  });
  const transport = createTransport(cluster, {
    userAgent,
    outageLog,
    onRequest: metrics.onRequest,
    gate: coordination.gate,
  });
  const client = createClient(transport);
  const manager = createManager({
    client,
    metrics,
    coordination,
    namespace: mode.scope === "namespace" ? mode.namespace : undefined,
    metricsAddress: parseBindAddress(options.metricsAddress, "metrics-bind-address"),
    probeAddress: parseBindAddress(options.probeAddress, "health-probe-bind-address"),
    resyncMs: options.resyncMs,
    hasSameIdentity,
    instance,
  });
  manager.check({ name: "coordination", problem: coordination.problem });
  if (leaderLease) {
    const labels = { name: leaderLease.name };
    metrics.gauge({
      // controller-runtime uses the same metric name.
      name: "leader_election_master_status",
      help: "Whether this process is the leader (1) or a standby (0)",
      labels: ["name"],
      read: () => [{ labels, value: coordination.isLeader() ? 1 : 0 }],
    });
  }
  const { addControllers } = await import("./controllers.ts");
  addControllers(manager, options);
  log.info("Starting version {version}, API server {server}", {
    version: VERSION,
    server: cluster.server,
  });
  const unsupported = new AbortController();
  const versionCheck = unsupportedKubernetes(leaseTransport, { clock: systemClock, signal: stop })
    .then((problem) => problem && unsupported.abort(problem));
  await manager.run(AbortSignal.any([stop, unsupported.signal]));
  await versionCheck;
  transport.close();
  leaseTransport.close();
  if (unsupported.signal.aborted) throw new Error(String(unsupported.signal.reason));
  log.info("Stopped");
  return 0;
}
