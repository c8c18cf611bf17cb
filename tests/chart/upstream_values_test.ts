// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment } from "../../kube/builtin.ts";
import { readRunOptions } from "../../commands/run/options.ts";
import { noCluster, sharedCluster } from "../support/shared_cluster.ts";
import { helm } from "./helm.ts";
import { operatorFlags } from "./operator_flags.ts";
import { only, operatorValues, render, type Values, withValues } from "./render.ts";

/**
 * All documented values of NVIDIA's chart 0.8, with their defaults in that chart. Values of NATS and etcd are omitted.
 */
const UPSTREAM: Values = {
  ...operatorValues({
    enabled: true,
    natsAddr: "",
    etcdAddr: "",
    nats: { enabled: true },
    modelExpressURL: "",
    namespaceRestriction: {
      enabled: false,
      targetNamespace: null,
      lease: { duration: "30s", renewInterval: "10s" },
    },
    discoveryBackend: "kubernetes",
    imagePullSecrets: [],
    kubernetesClusterDomain: "cluster.local",
    controllerManager: {
      replicas: 1,
      tolerations: [],
      affinity: [],
      leaderElection: { id: "", namespace: "" },
      serviceAccount: { annotations: {} },
      kubeRbacProxy: { args: ["--v=0"], image: { tag: "v0.15.0" } },
      manager: {
        image: { tag: "", pullPolicy: "IfNotPresent" },
        args: ["--health-probe-bind-address=:8081", "--metrics-bind-address=127.0.0.1:8080"],
        resources: {
          limits: { cpu: "1024m", memory: "2Gi" },
          requests: { cpu: "512m", memory: "1Gi" },
        },
        containerSecurityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
        },
      },
    },
    metricsService: {
      ports: [{ name: "https", port: 8443, protocol: "TCP", targetPort: "https" }],
      type: "ClusterIP",
    },
    dynamo: {
      groveTerminationDelay: "4h",
      components: { serviceAccount: { annotations: {} } },
      internalImages: { debugger: "python:3.12-slim" },
      enableRestrictedSecurityContext: false,
      dockerRegistry: { useKubernetesSecret: false, server: null, secure: true },
      ingress: { enabled: false, className: null, tlsSecretName: "my-tls-secret" },
      istio: { enabled: false, gateway: null },
      ingressHostSuffix: "",
      virtualServiceSupportsHTTPS: false,
      metrics: { prometheusEndpoint: "" },
      mpiRun: { secretName: "mpi-run-ssh-secret", sshKeygen: { enabled: true } },
    },
    webhook: { enabled: true, failurePolicy: "Fail", certManager: { enabled: false } },
  }),
  nats: { enabled: false, config: { jetstream: { enabled: true } } },
  etcd: { enabled: false, replicaCount: 1 },
  grove: { enabled: false },
  "kai-scheduler": { enabled: false },
  global: { grove: { install: false, enabled: false } },
};

/** Beginning of the documented command that installs NATS at the address that graphs use by default. */
const NATS = "helm install dynamo-platform-nats nats --repo";

/** Paths of values of NVIDIA's chart, and flags in its `args`, that this chart ignores. */
const IGNORED = [
  "--health-probe-bind-address=:8081",
  "--metrics-bind-address=127.0.0.1:8080",
  "controllerManager.kubeRbacProxy",
  "dynamo.components",
  "dynamo.dockerRegistry",
  "dynamo.enableRestrictedSecurityContext",
  "dynamo.internalImages",
  "dynamo.mpiRun.sshKeygen",
  "dynamo.virtualServiceSupportsHTTPS",
  "webhook",
];

Deno.test("a values file of NVIDIA's chart is accepted and results in the default flags", async () => {
  const flagsOf = async (values: Values) =>
    operatorFlags(only<Deployment>(await render({ values }), "Deployment"));
  const options = async (values: Values) => readRunOptions(await flagsOf(values));
  assertEquals(await options(UPSTREAM), await options({}));
});

Deno.test({
  name:
    "the notes of an installation list each value of NVIDIA's chart without effect in this chart",
  ignore: noCluster,
  async fn() {
    const { kubeconfig } = await sharedCluster();
    const output = await withValues(UPSTREAM, (file) =>
      helm(
        ["install", "dynamo-platform", "./platform/", "--dry-run=client", "--values", file],
        { kubeconfig },
      ));
    const listed = [...output.matchAll(/^NOTICE: "([^"]+)".* ignored/gm)].map(([, value]) => value);
    assertEquals(listed.sort(), IGNORED);
    assertEquals(/^NOTICE: port 8443 of "metricsService" is plain HTTP/m.test(output), true);
    assertEquals(output.includes(NATS), true);
  },
});

Deno.test({
  name: "the notes name the command that installs NATS, unless an address is set",
  ignore: noCluster,
  async fn() {
    const { kubeconfig } = await sharedCluster();
    const install = ["install", "dynamo-platform", "./platform/", "--dry-run=client"];
    const address = ["--set", "dynamo-operator.natsAddr=nats://nats.messaging:4222"];
    assertEquals((await helm(install, { kubeconfig })).includes(NATS), true);
    assertEquals((await helm([...install, ...address], { kubeconfig })).includes(NATS), false);
  },
});

Deno.test({
  name: "the notes warn about an image without a registry",
  ignore: noCluster,
  async fn() {
    const { kubeconfig } = await sharedCluster();
    const warns = async (...args: string[]) =>
      (await helm(["install", "r", "./platform/", "--dry-run=client", ...args], { kubeconfig }))
        .includes("names no registry");
    const repository = "dynamo-operator.controllerManager.manager.image.repository";
    assertEquals(await warns(), true);
    assertEquals(await warns("--set", `${repository}=team/dynamo-operator`), true);
    for (const registry of ["registry.example", "localhost", "registry:5000"]) {
      assertEquals(await warns("--set", `${repository}=${registry}/dynamo-operator`), false);
    }
  },
});
