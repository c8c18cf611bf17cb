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

/** A fresh control plane with the CRDs, for one measurement. */
export interface BenchCluster extends AsyncDisposable {
  cluster: Cluster;
  /** Command that starts the operator. If absent, the operator runs from source. */
  program?: readonly string[] | undefined;
  admin: Client;
  serviceAccount: ServiceAccountAccess;
  /** Client with the credentials and permissions of the operator's ServiceAccount. */
  asOperator: Client;
  /** Returns the CPU times so far. If `operatorPid` (a process ID) is absent, the CPU time of the operator is 0. */
  cpuTimes(operatorPid?: number): Promise<CpuTimes>;
  /** Resolves when the API server is idle. */
  untilIdle(): Promise<void>;
}

// A new API server publishes schemas and fills caches for some seconds. The benchmark treats the API server as idle
// when it uses less CPU time than this limit in several consecutive periods.
const IDLE_CPU_SECONDS = 0.08;
const IDLE_WINDOW_MS = 1_000;
const IDLE_WINDOWS = 3;
const IDLE_DEADLINE_MS = 90_000;

export interface BenchClusterOptions extends Pick<BenchCluster, "program"> {
  /** Whether the control plane has controllers; otherwise it contains only etcd and the API server. */
  controllers: boolean;
}

export async function startBenchCluster(
  { controllers, program }: BenchClusterOptions,
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
      program,
      admin,
      serviceAccount,
      asOperator: await connect(serviceAccount.kubeconfig),
      cpuTimes: (operator) => readCpuTimes({ apiServer, etcd, operator }),
      untilIdle: () => untilLowCpu(async () => (await processFigures(apiServer)).cpuSeconds),
      [Symbol.asyncDispose]: dispose,
    };
    return bench;
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function untilLowCpu(cpuSeconds: () => Promise<number>) {
  let before = await cpuSeconds();
  let windows = 0;
  await until("the API server to be idle", IDLE_DEADLINE_MS, async () => {
    await new Promise((resolve) => setTimeout(resolve, IDLE_WINDOW_MS));
    const now = await cpuSeconds();
    windows = now - before <= IDLE_CPU_SECONDS ? windows + 1 : 0;
    before = now;
    return windows >= IDLE_WINDOWS ? true : undefined;
  });
}
