import { type MetricsApi, startMetricsApi } from "../devcluster/metrics_api.ts";
import type { Demo, DemoCluster, DemoContext } from "./demo.ts";
import { stopwatch } from "./elapsed.ts";
import type { Kubectl } from "./kubectl.ts";
import { IN_NAMESPACE, TIMEOUT_SECONDS } from "./names.ts";

const FILE = "examples/autoscaling.yaml";
const GRAPH = "autoscaled";
/** The scaling adapter, the HorizontalPodAutoscaler, the component and the Deployment have this name. */
const WORKER = "autoscaled-worker";
const DEPLOYMENT = `deployment/${WORKER}`;
const SERVICE = "Worker";
/**
 * Numbers of queued requests that the demo simulates. For each load, `WORKERS` contains the expected number of workers:
 * one worker per 10 requests.
 */
const LOADS = { first: 8, high: 45, low: 18 } as const;
const WORKERS = { first: 1, high: 5, low: 2 } as const;
const TIMEOUT = `--timeout=${TIMEOUT_SECONDS}s`;

/** Shows how a HorizontalPodAutoscaler scales the workers of a graph while a simulated load changes. */
export const AUTOSCALE_DEMO: Demo = { steps: 8, operatorFlags: [], run };

async function run(cluster: DemoCluster, context: DemoContext): Promise<void> {
  const { kubectl, folder } = cluster;
  const { steps, output, cleanup } = context;
  await steps.begin("A graph with a HorizontalPodAutoscaler becomes ready");
  const path = "--output=jsonpath={.clusters[0].cluster.server}";
  const server = await kubectl.read(["config", "view", "--minify", path]);
  const metrics = await startMetricsApi({ server, folder });
  cleanup.use(metrics);
  metrics.setLoad(LOADS.first);
  const since = stopwatch();
  await kubectl.run(["apply", ...IN_NAMESPACE, "-f", FILE]);
  await kubectl.run(["wait", "--for=condition=Ready", `dgd/${GRAPH}`, ...IN_NAMESPACE, TIMEOUT]);
  output.success(`ready ${since()} after the apply`);
  output.note("This process simulates the metric: the number of queued requests.");
  await kubectl.run(["get", "dgd,dgdsa,dcd,hpa", ...IN_NAMESPACE]);

  await steps.begin(`The load rises to ${LOADS.high} requests`);
  await follow(kubectl, metrics, LOADS.high, WORKERS.high);
  output.success(`${WORKERS.high} workers are ready`);
  await kubectl.run(["get", "dgdsa,dcd,pods", ...IN_NAMESPACE]);

  await steps.begin("A user applies a stale number of workers");
  const patch = JSON.stringify({ spec: { services: { [SERVICE]: { replicas: 1 } } } });
  const generation = () =>
    kubectl.read(["get", DEPLOYMENT, ...IN_NAMESPACE, "--output=jsonpath={.metadata.generation}"]);
  const before = await generation();
  await kubectl.run(["patch", "dgd", GRAPH, ...IN_NAMESPACE, "--type=merge", "-p", patch]);
  await untilReplicas(kubectl, `dgd/${GRAPH}`, `.spec.services.${SERVICE}.replicas`, WORKERS.high);
  if (await generation() !== before) {
    throw new Error(`${DEPLOYMENT} changed after a stale number in the graph`);
  }
  output.success(
    "the graph has the number of the adapter again, and the Deployment did not change",
  );

  await steps.begin(`The load falls to ${LOADS.low} requests`);
  await follow(kubectl, metrics, LOADS.low, WORKERS.low);
  output.success(`${WORKERS.low} workers are left`);
  await kubectl.run(["get", "dgdsa,dcd,pods", ...IN_NAMESPACE]);

  await steps.begin("The graph is deleted");
  await kubectl.run(["delete", "-f", FILE, ...IN_NAMESPACE]);
  await kubectl.run(["wait", "--for=delete", `dgdsa/${WORKER}`, ...IN_NAMESPACE, TIMEOUT]);
  await steps.end();
}

/** Sets the simulated load, and prints changes of the HorizontalPodAutoscaler until `workers` replicas are ready. */
async function follow(
  kubectl: Kubectl,
  metrics: MetricsApi,
  load: number,
  workers: number,
): Promise<void> {
  await kubectl.watchWhile(["get", `hpa/${WORKER}`, ...IN_NAMESPACE, "--watch"], async () => {
    metrics.setLoad(load);
    await untilReplicas(kubectl, DEPLOYMENT, ".status.replicas", workers);
    await untilReplicas(kubectl, DEPLOYMENT, ".status.readyReplicas", workers);
  });
}

async function untilReplicas(kubectl: Kubectl, object: string, path: string, wanted: number) {
  const condition = `--for=jsonpath={${path}}=${wanted}`;
  await kubectl.read(["wait", condition, object, ...IN_NAMESPACE, TIMEOUT]);
}
