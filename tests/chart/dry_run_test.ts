// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { changedFields } from "../support/changed_fields.ts";
import { type ChartCluster, installCrdChart, startChartCluster } from "./chart_cluster.ts";
import { objectsIn, operatorValues, withValues } from "./render.ts";
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

Deno.test("the API server stores every object as the chart renders it, for all pairs of settings", async (t) => {
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
      assertEquals(await changedByServer(chartCluster, manifests), []);
    });
  }
});

Deno.test("the notes warn that nothing scrapes the operator, if the API server serves PodMonitors", async () => {
  await using chartCluster = await startChartCluster();
  const warns = async (...args: string[]) =>
    (await chartCluster.helm(["install", "r", "./platform/", "--dry-run=server", ...args]))
      .includes("nothing scrapes the metrics of the operator");
  assertEquals(await warns(), false);
  await prepare(chartCluster);
  assertEquals(await warns(), true);
  assertEquals(await warns("--set", "dynamo-operator.podMonitor.enabled=true"), false);
});

/**
 * Applies manifests as a dry run, and returns the fields that the API server drops or changes. Argo CD and similar
 * tools compare manifests with stored objects, so they would always report these fields.
 */
async function changedByServer(
  { cluster }: ChartCluster,
  manifests: string,
): Promise<string[]> {
  const output = await cluster.kubectl(
    ["apply", "--dry-run=server", "--warnings-as-errors", "-o", "json", "-f", "-"],
    manifests,
  );
  const stored: { items: KubeObject[] } = JSON.parse(output);
  const sent = objectsIn(manifests);
  assertEquals(stored.items.length, sent.length);
  return sent.flatMap((object, index) =>
    changedFields(object, stored.items[index], `${object.kind} ${object.metadata.name}`)
  );
}

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
