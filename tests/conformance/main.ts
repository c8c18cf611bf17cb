/**
 * Starts a new control plane and this operator. Then runs compare.py, a program that compares the operator's children
 * with recorded children of the Go operator:
 *
 *     deno task conformance DIR [--env ENV] [--take-over] [flags of DIR/compare.py]
 *     deno task conformance DIR --templates        compares only pod templates on Grove, without a control plane
 *
 * The output of `render` must equal the objects that the operator has written. With `--take-over`, the recorded objects
 * exist before the operator starts, as the Go operator left them, and no pod template may change.
 *
 * The last line that compare.py prints is `N passed, N failed[, N skipped]`.
 */
import type { Addon } from "../../devcluster/addons.ts";
import { groveCrds } from "../../devcluster/addons/grove_crds.ts";
import { lwsCrds } from "../../devcluster/addons/lws_crds.ts";
import { volcanoCrds } from "../../devcluster/addons/volcano_crds.ts";
import { startOperator } from "../../devcluster/operator_process.ts";
import { readRunOptions } from "../../commands/run/options.ts";
import { startCluster } from "../../devcluster/start_cluster.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import {
  installCrds,
  OPERATOR_NAMESPACE,
  operatorServiceAccount,
  PLANNER_ROLE,
  PROFILING_ROLE,
} from "../support/installation.ts";
import { connectAdmin } from "../support/admin_client.ts";
import { compareRender } from "./compare_render.ts";
import { recordedCases } from "./recorded_case.ts";
import { changedTemplates, createRecorded, podTemplates } from "./take_over.ts";
import { comparePodTemplates } from "./pod_templates.ts";
import differences from "./differences.json" with { type: "json" };

/** The recorded environments, and the add-ons that each of them needs. */
const ENVIRONMENTS: Readonly<Record<string, readonly Addon[]>> = {
  deployment: [],
  lws: [lwsCrds, volcanoCrds],
  grove: [groveCrds],
};
const MPI_SECRET = "mpi-run-ssh-secret";

/** Flags with which the Go operator ran when its children were recorded. */
const OPERATOR_FLAGS = [
  `--natsAddr=nats://dynamo-platform-nats.${OPERATOR_NAMESPACE}.svc.cluster.local:4222`,
  `--etcdAddr=dynamo-platform-etcd.${OPERATOR_NAMESPACE}.svc.cluster.local:2379`,
  `--mpi-run-ssh-secret-name=${MPI_SECRET}`,
  `--mpi-run-ssh-secret-namespace=${OPERATOR_NAMESPACE}`,
  `--planner-cluster-role-name=${PLANNER_ROLE}`,
  `--dgdr-profiling-cluster-role-name=${PROFILING_ROLE}`,
  "--operator-version=0.8.0",
  "--discovery-backend=kubernetes",
];

async function main(args: string[]): Promise<number> {
  const [folder, ...rest] = args;
  if (!folder || folder.startsWith("-")) {
    console.error(
      "Usage: deno task conformance DIR [--templates | [--env ENV] [--take-over] [flags of DIR/compare.py]]",
    );
    return 2;
  }
  const tool = `${folder}/compare.py`;
  if (!await exists(tool)) {
    console.error(
      `Cannot compare: "${tool}" does not exist; DIR must contain compare.py and its cases`,
    );
    return 2;
  }
  if (rest.includes("--templates")) return await comparePodTemplatesOf(folder);
  const takesOver = rest.includes("--take-over");
  const { environment, passedOn } = readEnvironment(rest.filter((arg) => arg !== "--take-over"));
  const addons = ENVIRONMENTS[environment];
  if (addons === undefined) {
    const known = Object.keys(ENVIRONMENTS).join(", ");
    console.error(`Unknown environment "${environment}": choose ${known}`);
    return 2;
  }
  if (!await hasPython()) {
    console.log("SKIPPED conformance: python3 (3.9 or newer) is not on the PATH");
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  console.log("Comparing; this takes about a minute …");
  await using cluster = await startCluster({ name: `conformance-${Deno.pid}` });
  for (const addon of addons) await addon(cluster);
  await prepare(cluster);
  const cases = await recordedCases(folder, environment);
  if (takesOver) await createRecorded(cluster, cases);
  const before = takesOver ? await podTemplates(cluster) : new Map();
  const account = await operatorServiceAccount(cluster);
  const logFile = `${cluster.folder}/logs/operator.log`;
  const operator = await startOperator({
    kubeconfig: account.kubeconfig,
    flags: OPERATOR_FLAGS,
    logFile,
  });
  const compare = new Deno.Command("python3", {
    args: [
      tool,
      `--kubeconfig=${cluster.kubeconfig}`,
      `--kubectl=${cluster.program("kubectl")}`,
      `--env=${environment}`,
      `--rules=${await writeRules(cluster, folder, environment)}`,
      // With this flag, compare.py keeps its namespaces. This program later compares their objects with the output of
      // `render`.
      "--keep",
      ...passedOn,
    ],
  }).spawn();
  let { code } = await compare.status;
  using admin = await connectAdmin(cluster);
  const comparison = { client: admin.client, environment, flags: OPERATOR_FLAGS };
  const compared = cases.filter(({ sample }) => wasCompared(sample, passedOn));
  const differences = takesOver ? changedTemplates(before, await podTemplates(cluster)) : [];
  // After a take-over, `render` cannot compute one annotation: its value depends on the pod template of the Go
  // operator.
  for (const one of takesOver ? [] : compared) {
    differences.push(...await compareRender(one, comparison));
  }
  if ((takesOver ? before.size : compared.length) === 0) differences.push("nothing was compared");
  for (const difference of differences) console.log(`FAILED ${difference}`);
  console.log(
    takesOver
      ? `Compared the pod templates of ${before.size} objects before and after the take-over`
      : `Compared the output of render with ${compared.length} cases`,
  );
  if (differences.length > 0) code ||= 1;
  await operator.stop();
  if (code !== 0) console.error(await Deno.readTextFile(logFile).catch(describeLogLoss));
  return code;
}

/** Returns whether compare.py ran a case, according to its flag `--only`. */
function wasCompared(sample: string, passedOn: readonly string[]): boolean {
  const [, only = ""] = /(?:^|\n)--only[=\n]([^\n]*)/.exec(passedOn.join("\n")) ?? [];
  return new RegExp(only).test(sample.replace(/\.yaml$/, ".json"));
}

/** Compares the pod templates of the recorded PodCliqueSets without a cluster. Returns the exit code. */
async function comparePodTemplatesOf(folder: string): Promise<number> {
  const { platform } = readRunOptions(OPERATOR_FLAGS);
  const { compared, differences } = await comparePodTemplates(folder, platform);
  for (const difference of differences) console.log(difference);
  console.log(`${compared - differences.length} passed, ${differences.length} failed`);
  return differences.length > 0 ? 1 : 0;
}

function readEnvironment(args: string[]): { environment: string; passedOn: string[] } {
  const passedOn: string[] = [];
  let environment = "deployment";
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--env") environment = args[++index] ?? "";
    else if (arg.startsWith("--env=")) environment = arg.slice("--env=".length);
    else passedOn.push(arg);
  }
  return { environment, passedOn };
}

/**
 * Writes a file for compare.py, and returns its path. The file contains the rules of DIR/differences.json, and rules for
 * differences that result from the recording and not from the operator.
 */
async function writeRules(
  cluster: Pick<Cluster, "folder">,
  folder: string,
  environment: string,
): Promise<string> {
  const recorded = JSON.parse(await Deno.readTextFile(`${folder}/differences.json`));
  const further = (differences as Partial<Record<string, { why: string }[]>>)[environment] ?? [];
  for (const { why } of further) console.log(`ALLOWED also: ${why}`);
  const path = `${cluster.folder}/rules.json`;
  await Deno.writeTextFile(path, JSON.stringify({ rules: [...recorded.rules, ...further] }));
  return path;
}

/**
 * Installs the CRDs, and creates the objects that the recorded cases need: planner and profiling ClusterRoles, and the
 * Secret with the SSH keys for MPI.
 */
async function prepare(cluster: Cluster): Promise<void> {
  await installCrds(cluster);
  const role = (name: string, verb: string, resource: string) =>
    cluster.kubectl(["create", "clusterrole", name, `--verb=${verb}`, `--resource=${resource}`]);
  await role(PLANNER_ROLE, "get,list,watch,patch", "dynamographdeployments.nvidia.com");
  await role(PROFILING_ROLE, "get,list", "pods");
  await cluster.kubectl(["create", "namespace", OPERATOR_NAMESPACE]);
  await cluster.kubectl([
    ...["-n", OPERATOR_NAMESPACE, "create", "secret", "generic", MPI_SECRET],
    ...["--from-literal=private.key=test", "--from-literal=private.key.pub=test"],
  ]);
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function hasPython(): Promise<boolean> {
  try {
    return (await new Deno.Command("python3", { args: ["--version"] }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function describeLogLoss(error: unknown): string {
  return `Cannot print the operator's log: ${error}`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
