// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";
import { operatorValues, withValues } from "./render.ts";
import { valueCases } from "./value_cases.ts";

/** Unusual release names that Helm accepts; the first name has the maximum length. */
const RELEASES = ["inference-".repeat(6).slice(0, 53), "platform", "123", "my.release"];
const NAMESPACES = ["chart-release", "chart-target"];

/** A minimal CRD for PodMonitor, a kind of the Prometheus operator. */
const POD_MONITORS = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "podmonitors.monitoring.coreos.com" },
  spec: {
    group: "monitoring.coreos.com",
    scope: "Namespaced",
    names: {
      kind: "PodMonitor",
      listKind: "PodMonitorList",
      plural: "podmonitors",
      singular: "podmonitor",
    },
    versions: [{
      name: "v1",
      served: true,
      storage: true,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      },
    }],
  },
};

Deno.test("the API server accepts every object that the chart renders, for all pairs of settings", async (t) => {
  await using chartCluster = await startChartCluster();
  await prepare(chartCluster);
  for (const [index, { states, values }] of valueCases().entries()) {
    await t.step(states.join(" "), async () => {
      const release = RELEASES[index % RELEASES.length] ?? "";
      const manifests = await withValues(operatorValues(values), (file) =>
        chartCluster.helm([
          ...["template", release, "./platform/", "--namespace", "chart-release"],
          ...["--values", file, "--validate"],
        ]));
      const output = await chartCluster.cluster.kubectl(
        ["apply", "--dry-run=server", "--warnings-as-errors", "-f", "-"],
        manifests,
      );
      assert(
        output.split("\n").every((line) =>
          line === "" || line.endsWith("created (server dry run)")
        ),
        output,
      );
    });
  }
});

/** Installs the CRDs, and creates namespaces that enforce Pod Security "restricted" and warn about violations. */
async function prepare(chartCluster: ChartCluster): Promise<void> {
  const { cluster } = chartCluster;
  await installCrdChart(chartCluster);
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(POD_MONITORS));
  await cluster.kubectl([
    ...["wait", "--for=condition=Established", "--timeout=60s"],
    `crd/${POD_MONITORS.metadata.name}`,
  ]);
  for (const namespace of NAMESPACES) {
    await cluster.kubectl(["create", "namespace", namespace]);
    await cluster.kubectl([
      ...["label", "namespace", namespace],
      "pod-security.kubernetes.io/enforce=restricted",
      "pod-security.kubernetes.io/warn=restricted",
    ]);
  }
}
