import type { KubeObject } from "../../kube/object.ts";
import type { ChartCluster } from "./chart_cluster.ts";

const RELEASE = "dynamo-platform";
const NAMESPACE = "dynamo-system";

/** Installs the objects of NVIDIA's chart that an upgrade to this chart affects: the Go operator and NATS. */
export async function installGoRelease(chartCluster: ChartCluster): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const chart = { apiVersion: "v2", name: RELEASE, version: "0.8.0" };
    await Deno.writeTextFile(`${folder}/Chart.yaml`, JSON.stringify(chart));
    await Deno.mkdir(`${folder}/templates`);
    for (const object of [operator(), nats(), natsConfig()]) {
      const file = `${folder}/templates/${object.kind}.yaml`;
      await Deno.writeTextFile(file, JSON.stringify(object));
    }
    await chartCluster.helm([
      ...["install", RELEASE, folder, "--namespace", NAMESPACE, "--create-namespace"],
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function operator(): KubeObject {
  const labels = {
    "control-plane": "controller-manager",
    "app.kubernetes.io/name": "dynamo-operator",
    "app.kubernetes.io/instance": RELEASE,
  };
  const container = (name: string) => ({ name, image: `registry.example/${name}:0.8.0` });
  return workload("Deployment", `${RELEASE}-dynamo-operator-controller-manager`, labels, {
    strategy: { type: "Recreate" },
    template: {
      metadata: { labels },
      spec: { containers: [container("kube-rbac-proxy"), container("manager")] },
    },
  });
}

function nats(): KubeObject {
  const labels = natsLabels();
  return workload("StatefulSet", `${RELEASE}-nats`, labels, {
    serviceName: `${RELEASE}-nats`,
    template: { metadata: { labels }, spec: { containers: [{ name: "nats", image: "nats:2" }] } },
  });
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
