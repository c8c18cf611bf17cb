// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { only, operatorValues, render, type Values } from "./render.ts";

/** Values of the platform chart, each with one or more maps set to null. */
const WITHOUT_A_MAP: Values[] = [
  { "dynamo-operator": null },
  { global: null },
  { nats: null, etcd: null, grove: null, "kai-scheduler": null },
  ...[
    { namespaceRestriction: null },
    { namespaceRestriction: { lease: null } },
    { imagePullSecretDiscovery: null },
    { imagePullSecretDiscovery: { enabled: null } },
    { partitionJobs: null },
    { gpuDiscovery: null },
    { controllerManager: null },
    { controllerManager: { leaderElection: null, serviceAccount: null, manager: null } },
    { controllerManager: { replicas: null, manager: { image: null, args: null } } },
    { controllerManager: { manager: { logLevel: null, image: { repository: null } } } },
    { metricsService: null },
    // In NVIDIA's charts after version 0.8, null for `enabled` means "enabled if needed".
    { metricsService: { enabled: null, ports: null, type: null } },
    { podMonitor: null, networkPolicy: null },
    { dynamo: null },
    { dynamo: { metrics: null, ingress: null, istio: null, mpiRun: null } },
    { dynamo: { istio: { enabled: null, gateway: null } } },
    { dynamo: { metrics: { podMonitors: null } } },
  ].map(operatorValues),
];

Deno.test("a map that is set to null has the same effect as a missing map", async () => {
  const usual = await render();
  for (const values of WITHOUT_A_MAP) {
    assertEquals(await render({ values }), usual, JSON.stringify(values));
  }
});

Deno.test("null for the times of a marker Lease sets their defaults", async () => {
  const restricted = async (lease: unknown) =>
    await render({ values: operatorValues({ namespaceRestriction: { enabled: true, lease } }) });
  const usual = await restricted({});
  assertEquals(await restricted(null), usual);
  assertEquals(await restricted({ duration: null, renewInterval: null }), usual);
});

Deno.test("null removes resource limits and flags with a default", async () => {
  const values = operatorValues({
    controllerManager: { manager: { resources: null } },
    dynamo: { groveTerminationDelay: null, mpiRun: { secretName: null } },
  });
  const pod = only<Deployment>(await render({ values }), "Deployment").spec?.template.spec;
  assertEquals(pod?.containers[0]?.resources ?? {}, {});
  const flags = pod?.containers[0]?.args?.join(" ") ?? "";
  assertEquals(/grove-termination|mpi-run/.test(flags), false);
});
