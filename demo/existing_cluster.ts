import type { Deployment, Lease } from "../kube/builtin.ts";
import { commandLines } from "./command_line.ts";
import { installCrds, missingCrdFiles } from "./crds.ts";
import type { DemoCluster, DemoContext } from "./demo.ts";
import { taskLine } from "./deno_command.ts";
import { stopwatch } from "./elapsed.ts";
import { onInterruption } from "./interruption.ts";
import { createKubectl, type Kubectl } from "./kubectl.ts";
import { NAMESPACE, OPERATOR_MANIFESTS, PROJECT } from "./names.ts";
import { printAccess } from "./print_access.ts";

/** Leader Lease that every operator for Dynamo graphs uses by default. If the Lease is held, an operator is running. */
const LEADER_LEASE = { namespace: "kube-system", name: "dynamo.nvidia.com" };
const GRAPH_RESOURCES = [
  "dynamographdeployments.nvidia.com",
  "dynamocomponentdeployments.nvidia.com",
];
/** Maximum number of graphs that an error message names. */
const MAX_NAMES = 3;

/**
 * Runs the first two steps of the demo in an existing cluster, which a kubeconfig context selects. The first step
 * checks that the demo can use the cluster, and the second step installs the missing CRDs. The cleanup of the demo
 * deletes all objects that the demo created in the cluster.
 *
 * @throws if kubectl is missing, or if the demo would disturb other users of the cluster
 */
export async function useExistingCluster(
  contextName: string,
  { output, steps, abort, cleanup }: DemoContext,
): Promise<DemoCluster> {
  await steps.begin(`The cluster of context "${contextName}"`);
  const since = stopwatch();
  const folder = await Deno.makeTempDir({ prefix: "dynamo-demo-" });
  onInterruption((interruption) => abort.abort(interruption));
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  const kubeconfig = Deno.env.get("KUBECONFIG") || `${Deno.env.get("HOME") ?? ""}/.kube/config`;
  const kubectlFor = (signal: AbortSignal) =>
    createKubectl({
      program: "kubectl",
      kubeconfig,
      flags: [`--context=${contextName}`],
      directory: PROJECT,
      output,
      signal,
    });
  const kubectl = kubectlFor(abort.signal);
  await refuseWithoutKubectl(kubectl);
  const reason = await reasonAgainst(kubectl, Date.now());
  if (reason !== undefined) {
    throw new Error(`Cannot use the cluster of context "${contextName}": ${reason}`);
  }
  await printAccess(kubectl, kubeconfig, output, since());
  await steps.begin("The custom resource definitions");
  const crdFiles = await missingCrdFiles(kubectl);
  cleanup.defer(async () => {
    output.heading("Cleaning up");
    // An interruption aborts the demo's signal, and thus kills kubectl. The cleanup must still run kubectl, so it uses
    // a separate signal.
    const uninterrupted = kubectlFor(new AbortController().signal);
    const files = [OPERATOR_MANIFESTS, ...crdFiles].flatMap((file) => ["-f", file]);
    for (const objects of [[`namespace/${NAMESPACE}`], files]) {
      await uninterrupted.run(["delete", "--ignore-not-found", ...objects]);
    }
  });
  await installCrds(kubectl, crdFiles, output);
  if (crdFiles.length > 0) {
    output.note("The garbage collector discovers new CRDs only every 30 s, which delays step 6.");
  }
  return { kubectl, kubeconfig, folder, binFolder: undefined, crdFiles };
}

async function refuseWithoutKubectl(kubectl: Kubectl): Promise<void> {
  try {
    await kubectl.read(["version", "--client"]);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    const bin = taskLine("cluster", "bin");
    throw new Error(
      `Cannot find kubectl on PATH: install it, or use the one in the folder that "${bin}" prints`,
      { cause },
    );
  }
}

/** Returns the reason why the demo must not run in a cluster; undefined if the demo can run there. */
export async function reasonAgainst(
  kubectl: Pick<Kubectl, "read" | "words">,
  nowMs: number,
): Promise<string | undefined> {
  const operator = await otherOperator(kubectl, nowMs);
  if (operator !== undefined) {
    return `another operator for Dynamo graphs seems to run there: ${operator}; ` +
      "two operators would undo each other's changes; stop the other operator or use another cluster";
  }
  const ofDemo = [["namespace", NAMESPACE], ["--filename", OPERATOR_MANIFESTS]];
  for (const objects of ofDemo) {
    const found = await kubectl.read(["get", ...objects, "--ignore-not-found", "--output=name"]);
    if (found === "") continue;
    const command = commandLines(kubectl.words(["delete", ...objects]), Infinity).join("");
    return `the demo creates objects that exist there: ${found.trim().split("\n").join(", ")}; ` +
      `if no operator needs them, delete them: ${command}`;
  }
  const graphs = await existingGraphs(kubectl);
  if (graphs.length === 0) return undefined;
  const names = graphs.slice(0, MAX_NAMES).join(", ") + (graphs.length > MAX_NAMES ? ", …" : "");
  return `it contains ${graphs.length} graphs and components (${names}), ` +
    "which the operator of the demo would reconcile; use an empty cluster";
}

/** Returns a text that names the Deployment or Lease of another operator; undefined if no other operator runs. */
async function otherOperator(
  kubectl: Pick<Kubectl, "read">,
  nowMs: number,
): Promise<string | undefined> {
  const list = await kubectl.read(["get", "deployments", "--all-namespaces", "--output=json"]);
  const deployment = (JSON.parse(list) as { items: Deployment[] }).items.find(
    ({ metadata: { name, labels }, spec }) =>
      spec?.replicas !== 0 &&
      (labels?.["app.kubernetes.io/part-of"] === "dynamo-operator" ||
        name.endsWith("dynamo-operator-controller-manager")),
  );
  if (deployment) {
    const { name, namespace } = deployment.metadata;
    return `Deployment "${name}" in namespace "${namespace}"`;
  }
  const { namespace, name } = LEADER_LEASE;
  const get = ["get", "lease", name, `--namespace=${namespace}`];
  const text = await kubectl.read([...get, "--ignore-not-found", "--output=json"]);
  if (text === "") return undefined;
  const lease = JSON.parse(text) as Lease;
  const { holderIdentity, renewTime, leaseDurationSeconds = 0 } = lease.spec ?? {};
  const isHeld = holderIdentity && renewTime &&
    Date.parse(renewTime) + leaseDurationSeconds * 1000 > nowMs;
  return isHeld ? `Lease "${name}" is held by "${holderIdentity}"` : undefined;
}

/** Returns the graphs and components of all namespaces as `NAMESPACE/NAME`; an empty list if the CRDs are missing. */
async function existingGraphs(kubectl: Pick<Kubectl, "read">): Promise<string[]> {
  const served = await kubectl.read(["api-resources", "--api-group=nvidia.com", "--output=name"]);
  const resources = GRAPH_RESOURCES.filter((name) => served.split("\n").includes(name));
  if (resources.length === 0) return [];
  const path = 'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}';
  const names = await kubectl.read(["get", resources.join(","), "-A", `--output=${path}`]);
  return names.split("\n").filter((name) => name !== "");
}
