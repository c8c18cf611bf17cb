import type { KubeObject } from "../../kube/object.ts";
import type { ChartCluster } from "./chart_cluster.ts";
import { goHooks } from "./go_hooks.ts";
import { NAMESPACE, OPERATOR, operatorLabels, RELEASE } from "./go_names.ts";

/**
 * Installs a part of NVIDIA's chart: the Go operator, its hooks and NATS. An upgrade to the chart of this project
 * affects only these objects.
 */
export async function installGoRelease(chartCluster: ChartCluster): Promise<void> {
  await withGoChart((folder) =>
    chartCluster.helm([
      ...["install", RELEASE, folder, "--namespace", NAMESPACE, "--create-namespace"],
    ])
  );
}

export async function upgradeToGoRelease(chartCluster: ChartCluster): Promise<void> {
  await withGoChart((folder) =>
    chartCluster.helm(["upgrade", RELEASE, folder, "--namespace", NAMESPACE, "--reset-values"])
  );
}

async function withGoChart(body: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const chart = { apiVersion: "v2", name: RELEASE, version: "0.8.0" };
    await Deno.writeTextFile(`${folder}/Chart.yaml`, JSON.stringify(chart));
    await Deno.mkdir(`${folder}/templates`);
    const objects = [operator(), webhooks(), nats(), natsService(), natsConfig(), ...goHooks()];
    for (const [index, object] of objects.entries()) {
      await Deno.writeTextFile(`${folder}/templates/${index}.yaml`, JSON.stringify(object));
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Arguments with which NVIDIA's chart starts the Go operator by default. */
const GO_ARGS = [
  "--health-probe-bind-address=:8081",
  "--metrics-bind-address=127.0.0.1:8080",
  "--leader-elect",
  "--leader-election-id=dynamo.nvidia.com",
  "--leader-election-namespace=kube-system",
  `--natsAddr=nats://${RELEASE}-nats.${NAMESPACE}.svc.cluster.local:4222`,
  `--etcdAddr=${RELEASE}-etcd.${NAMESPACE}.svc.cluster.local:2379`,
  "--grove-termination-delay=4h",
  "--mpi-run-ssh-secret-name=mpi-run-ssh-secret",
  `--mpi-run-ssh-secret-namespace=${NAMESPACE}`,
  `--planner-cluster-role-name=${OPERATOR}-planner`,
  `--dgdr-profiling-cluster-role-name=${OPERATOR}-dgdr-profiling`,
  "--operator-version=0.8.0",
  "--discovery-backend=kubernetes",
  "--enable-webhooks=true",
];

function operator(): KubeObject {
  const labels = { "control-plane": "controller-manager", ...operatorLabels() };
  const container = (name: string, args: string[] = []) => ({
    name,
    image: `registry.example/${name}:0.8.0`,
    args,
  });
  return workload("Deployment", `${OPERATOR}-controller-manager`, labels, {
    strategy: { type: "Recreate" },
    template: {
      metadata: { labels },
      spec: { containers: [container("kube-rbac-proxy"), container("manager", GO_ARGS)] },
    },
  });
}

/**
 * Returns the webhook configuration of NVIDIA's chart without the CA bundle. A Job adds the bundle after the
 * installation.
 */
function webhooks(): KubeObject & { webhooks: unknown } {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: `${OPERATOR}-validating` },
    webhooks: [{
      name: "vdynamographdeployment.kb.io",
      clientConfig: { service: { name: `${OPERATOR}-webhook-service`, namespace: NAMESPACE } },
      admissionReviewVersions: ["v1"],
      failurePolicy: "Fail",
      sideEffects: "None",
      rules: [{
        apiGroups: ["nvidia.com"],
        apiVersions: ["v1alpha1"],
        operations: ["CREATE", "UPDATE"],
        resources: ["dynamographdeployments"],
      }],
    }],
  };
}

function nats(): KubeObject {
  const labels = natsLabels();
  return workload("StatefulSet", `${RELEASE}-nats`, labels, {
    serviceName: `${RELEASE}-nats`,
    template: { metadata: { labels }, spec: { containers: [{ name: "nats", image: "nats:2" }] } },
  });
}

function natsService(): KubeObject & { spec: unknown } {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: `${RELEASE}-nats`, namespace: NAMESPACE, labels: natsLabels() },
    spec: { selector: natsLabels(), ports: [{ name: "nats", port: 4222 }] },
  };
}

function natsConfig(): KubeObject {
  const metadata = { name: `${RELEASE}-nats-config`, namespace: NAMESPACE, labels: natsLabels() };
  return { apiVersion: "v1", kind: "ConfigMap", metadata };
}

function natsLabels(): Record<string, string> {
  return { "app.kubernetes.io/name": "nats", "app.kubernetes.io/instance": RELEASE };
}

function workload(
  kind: "Deployment" | "StatefulSet",
  name: string,
  labels: Record<string, string>,
  spec: Record<string, unknown>,
): KubeObject & { spec: unknown } {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: NAMESPACE, labels },
    spec: { replicas: 1, selector: { matchLabels: labels }, ...spec },
  };
}
