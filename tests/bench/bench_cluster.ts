import type { Cluster } from "../../devcluster/cluster.ts";
import type { ServiceAccountAccess } from "../../devcluster/service_account.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { namespaces } from "../../kube/builtin.ts";
import { type Client, createClient } from "../../kube/client.ts";
import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";
import { createTransport } from "../../kube/transport.ts";
import { until } from "../../devcluster/until.ts";
import { installCrds, operatorServiceAccount } from "../support/installation.ts";
import { type CpuTimes, readCpuTimes } from "./cpu_times.ts";
import { processFigures } from "./process_figures.ts";
import { BENCH_NAMESPACE } from "./sample_graph.ts";

/** A fresh control plane with the CRDs, in which one measurement is made. */
export interface BenchCluster extends AsyncDisposable {
  cluster: Cluster;
  /** As the administrator. */
  admin: Client;
  /** The operator's account with the operator's rights. */
  serviceAccount: ServiceAccountAccess;
  /** As the operator's account: rights are checked for the bare loop as they are for the operator. */
  asOperator: Client;
  /** CPU times of what runs here so far, and of an operator. */
  cpuTimes(operatorPid?: number): Promise<CpuTimes>;
  /** Resolves when the API server has nothing left to do. */
  quiet(): Promise<void>;
}

// A fresh API server publishes schemas and warms caches for some seconds, which is no work of ours.
const QUIET_CPU_SECONDS = 0.08;
const QUIET_WINDOW_MS = 1_000;
const QUIET_WINDOWS = 3;
const QUIET_DEADLINE_MS = 90_000;

/** Boots a control plane for one measurement; `controllers` false means etcd and the API server alone. */
export async function startBenchCluster(
  { controllers }: { controllers: boolean },
): Promise<BenchCluster> {
  const cluster = await startCluster({ controllers });
  const transports: { close(): void }[] = [];
  const connect = async (kubeconfig: string) => {
    const transport = createTransport(await kubeconfigConfig({ paths: [kubeconfig] }), {
      userAgent: "bench",
    });
    transports.push(transport);
    return createClient(transport);
  };
  const dispose = async () => {
    for (const transport of transports) transport.close();
    await cluster.stop();
  };
  try {
    await installCrds(cluster);
    const admin = await connect(cluster.kubeconfig);
    const metadata = { name: BENCH_NAMESPACE };
    await admin.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
    const serviceAccount = await operatorServiceAccount(cluster);
    const apiServer = await cluster.processId("kube-apiserver");
    const etcd = await cluster.processId("etcd");
    const bench: BenchCluster = {
      cluster,
      admin,
      serviceAccount,
      asOperator: await connect(serviceAccount.kubeconfig),
      cpuTimes: (operator) => readCpuTimes({ apiServer, etcd, operator }),
      quiet: () => untilQuiet(async () => (await processFigures(apiServer)).cpuSeconds),
      [Symbol.asyncDispose]: dispose,
    };
    await bench.quiet();
    return bench;
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function untilQuiet(cpuSeconds: () => Promise<number>) {
  let before = await cpuSeconds();
  let windows = 0;
  await until("the API server to be quiet", QUIET_DEADLINE_MS, async () => {
    await new Promise((resolve) => setTimeout(resolve, QUIET_WINDOW_MS));
    const now = await cpuSeconds();
    windows = now - before <= QUIET_CPU_SECONDS ? windows + 1 : 0;
    before = now;
    return windows >= QUIET_WINDOWS ? true : undefined;
  });
}
