// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { crdManifests } from "../../crds/emit/manifests.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import { eventually } from "../support/eventually.ts";
import { helm, type HelmOptions, refusal } from "./helm.ts";

/** A control plane on which a test installs the charts. At first, it has neither the CRDs nor the operator. */
export interface ChartCluster extends AsyncDisposable {
  cluster: Cluster;
  /** Runs Helm with the administrator's kubeconfig. */
  helm(args: string[], options?: HelmOptions): Promise<string>;
  /** Runs a Helm command that must fail, with the administrator's kubeconfig, and returns its standard error. */
  refusal(args: string[], options?: HelmOptions): Promise<string>;
}

/** Boots a new control plane. The shared control plane has CRDs from another client, which Helm refuses to adopt. */
export async function startChartCluster(): Promise<ChartCluster> {
  const cluster = await startCluster();
  const { kubeconfig } = cluster;
  return {
    cluster,
    helm: (args, options) => helm(args, { kubeconfig, ...options }),
    refusal: (args, options) => refusal(args, { kubeconfig, ...options }),
    [Symbol.asyncDispose]: () => cluster.stop(),
  };
}

/** Installs the CRDs with the documented command, and waits until the API server serves the CRDs. */
export async function installCrdChart(chartCluster: ChartCluster): Promise<void> {
  await chartCluster.helm(["install", "dynamo-crds", "./crds/", "--namespace", "default"]);
  await untilCrdsAreServed(chartCluster);
}

export async function untilCrdsAreServed(
  { cluster }: Pick<ChartCluster, "cluster">,
): Promise<void> {
  // Polls instead of using "kubectl wait", which fails for a new CRD that does not have conditions yet.
  await eventually(async () => {
    const served = await cluster.kubectl(["api-resources", "--categories=dynamo", "-o", "name"]);
    assertEquals(
      served.trim().split("\n").sort(),
      crdManifests().map((m) => m.metadata.name).sort(),
    );
  });
}
