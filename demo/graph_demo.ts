import { LABELS } from "../crds/labels.ts";
import { until } from "../devcluster/until.ts";
import type { Demo, DemoCluster, DemoContext } from "./demo.ts";
import { stopwatch } from "./elapsed.ts";
import type { Kubectl } from "./kubectl.ts";
import { IN_NAMESPACE, TIMEOUT_SECONDS } from "./names.ts";
import type { Output } from "./output.ts";
import { repairTimeMs, type TimedRow } from "./repair_time.ts";
import { SAMPLE } from "./sample.ts";

const { graph, scaled, removed } = SAMPLE;
const DEPLOYMENT = `deployment/${scaled.component}`;
const TIMEOUT_MS = TIMEOUT_SECONDS * 1000;
const TIMEOUT = `--timeout=${TIMEOUT_SECONDS}s`;
/** Resource types of all objects that belong to a graph, as an argument of kubectl. */
const RESOURCES =
  "dgd,dcd,deployments,replicasets,pods,services,ingresses,pvc,serviceaccounts,roles,rolebindings";

/** Creates a graph and changes it, shows how the operator repairs drift, and deletes the graph. */
export const GRAPH_DEMO: Demo = { steps: 8, operatorFlags: [], run };

async function run({ kubectl }: DemoCluster, { steps, output }: DemoContext): Promise<void> {
  await steps.begin("A graph becomes ready");
  await applyGraph(kubectl, output);
  await steps.begin(`${scaled.service} is scaled from ${scaled.from} to ${scaled.to}`);
  await scaleWorker(kubectl, output);
  await steps.begin(`${removed.service} is removed`);
  await removeWorker(kubectl, output);
  await steps.begin("Another client changes a Deployment");
  await changeDeployment(kubectl, output);
  await steps.begin("The graph is deleted");
  await deleteGraph(kubectl, output);
  await steps.end();
}

async function applyGraph(kubectl: Kubectl, output: Output): Promise<void> {
  const since = stopwatch();
  await kubectl.run(["apply", ...IN_NAMESPACE, "-f", SAMPLE.file]);
  await watchUntilReady(kubectl);
  output.success(`ready ${since()} after the apply`);
  await kubectl.run(["get", "dgd,dcd", ...IN_NAMESPACE]);
}

async function scaleWorker(kubectl: Kubectl, output: Output): Promise<void> {
  const since = stopwatch();
  const patch = { spec: { services: { [scaled.service]: { replicas: scaled.to } } } };
  await patchGraph(kubectl, "merge", patch);
  await watchUntilReady(kubectl);
  output.success(`ready ${since()} after the patch`);
  await kubectl.run(["get", "deployments", ...IN_NAMESPACE]);
}

async function removeWorker(kubectl: Kubectl, output: Output): Promise<void> {
  const since = stopwatch();
  await patchGraph(kubectl, "json", [{ op: "remove", path: `/spec/services/${removed.service}` }]);
  const objects = ["dcd,deployments,replicasets,pods,services"];
  const selector = ["-l", `${LABELS.component}=${removed.service}`];
  await kubectl.run(["wait", "--for=delete", ...objects, ...selector, ...IN_NAMESPACE, TIMEOUT]);
  output.success(`all its objects deleted ${since()} after the patch`);
  await untilReady(kubectl);
  await kubectl.run(["get", "dgd,dcd", ...IN_NAMESPACE]);
}

async function changeDeployment(kubectl: Kubectl, output: Output): Promise<void> {
  const columns = "GENERATION:.metadata.generation,REPLICAS:.spec.replicas," +
    "IMAGE:.spec.template.spec.containers[0].image";
  const flags = ["--watch", `--output=custom-columns=${columns}`];
  const rows: TimedRow[] = [];
  async function repair(field: string, change: string[]) {
    const first = rows.length - 1;
    await kubectl.runQuietly([...change, ...IN_NAMESPACE]);
    const timeMs = await until(
      `the operator to repair "${field}" of ${DEPLOYMENT}`,
      TIMEOUT_MS,
      () => Promise.resolve(repairTimeMs(rows.slice(first))),
    );
    output.success(`${field} repaired ${Math.round(timeMs)} ms after the change`);
  }
  await kubectl.watchWhile(["get", DEPLOYMENT, ...IN_NAMESPACE, ...flags], async () => {
    await until("the first row of the watch", TIMEOUT_MS, () => Promise.resolve(rows[0]));
    await repair("image", ["set", "image", DEPLOYMENT, "*=my-registry/wrong:my-tag"]);
    await repair("replicas", ["scale", DEPLOYMENT, "--replicas=0"]);
  }, (text) => rows.push({ text, atMs: performance.now() }));
  await kubectl.run(["rollout", "status", DEPLOYMENT, ...IN_NAMESPACE, TIMEOUT]);
}

async function deleteGraph(kubectl: Kubectl, output: Output): Promise<void> {
  const since = stopwatch();
  await kubectl.run(["delete", "dgd", graph, ...IN_NAMESPACE]);
  // The selector omits the ServiceAccount "default", which Kubernetes creates in every namespace.
  const objects = [RESOURCES, ...IN_NAMESPACE, "--field-selector=metadata.name!=default"];
  await kubectl.run(["wait", "--for=delete", ...objects, TIMEOUT]);
  output.success(`all its objects deleted ${since()} after the command`);
  const left = await kubectl.run(["get", ...objects]);
  if (left !== "") throw new Error("The namespace is not empty after the deletion of the graph");
}

async function patchGraph(kubectl: Kubectl, type: "json" | "merge", patch: unknown): Promise<void> {
  const flags = [`--type=${type}`, "-p", JSON.stringify(patch)];
  await kubectl.run(["patch", "dgd", graph, ...IN_NAMESPACE, ...flags]);
}

/** Prints the status changes of the components until the graph is ready. */
async function watchUntilReady(kubectl: Kubectl): Promise<void> {
  const watch = ["get", "dcd", ...IN_NAMESPACE, "--watch", "--output-watch-events"];
  await kubectl.watchWhile(watch, () => untilReady(kubectl));
}

/** Waits until the operator reports the newest generation of the graph as ready. */
async function untilReady(kubectl: Kubectl): Promise<void> {
  const target = [`dgd/${graph}`, ...IN_NAMESPACE];
  try {
    await kubectl.read(["wait", "--for=condition=Ready", ...target, TIMEOUT]);
  } catch (cause) {
    const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].message}';
    const message = await kubectl.read(["get", ...target, `--output=${path}`]);
    throw new Error(`Graph "${graph}" did not become ready: ${message || "no reason"}`, { cause });
  }
}
