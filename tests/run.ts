/**
 * Runs all tests and prints how many of them passed, failed and were skipped:
 *
 *     deno task test [FILTER...]
 *
 * Unit tests are in the folders of the code. The tests in `tests/` use two control planes, which this program starts
 * and stops, and run in two streams (see `tests/support/streams.ts`). The first run on a machine builds the control
 * plane programs. With FILTER, only test files whose path contains one of the filters run. Without FILTER, the program
 * also checks the audit logs. The check fails if the API server denied a request of an operator, or if the operators did
 * not use all their permissions.
 */
import type { Cluster } from "../devcluster/cluster.ts";
import { noDynamoDbLocal, startDynamoDbLocal } from "../devcluster/dynamodb_local.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { auditProblems } from "./rbac/audit_check.ts";
import { installCrds } from "./support/installation.ts";
import { inStreams, takesLong, timesItself } from "./support/streams.ts";
import {
  describeCounts,
  readCounts,
  readFailures,
  sumCounts,
  type TestCounts,
} from "./support/test_counts.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const STREAMS = 2;

/**
 * Runs `deno test` with these arguments, prints its output and records failures. Returns how many tests passed, failed
 * and were skipped. Unless `live` is set, the output appears only at the end, so that the outputs of two streams do not
 * mix.
 */
async function runTests(
  args: string[],
  env: Record<string, string>,
  { live }: { live: boolean },
): Promise<TestCounts> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    if (live) await Deno.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  if (!live) console.log(output);
  const { success } = await child.status;
  failures.push(...readFailures(output));
  return readCounts(output, success);
}

async function testFiles(folder = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory && !entry.name.startsWith(".")) {
      found.push(...await testFiles(`${path}/`));
    } else if (entry.name.endsWith("_test.ts")) found.push(path);
  }
  return found.sort();
}

async function startTestCluster(number: number): Promise<Cluster> {
  const cluster = await startCluster({ name: `test-${Deno.pid}-${number}` });
  await installCrds(cluster);
  return cluster;
}

/**
 * Runs the system tests in these files. Also checks the audit logs if `complete` is true, that is, if `files` contains
 * all system tests.
 */
async function runSystemTests(files: string[], complete: boolean): Promise<TestCounts[]> {
  await using owned = new AsyncDisposableStack();
  // The first cluster builds the control plane programs when it starts. So the other clusters start after it.
  const clusters = [owned.use(await startTestCluster(0))];
  while (clusters.length < Math.min(STREAMS, files.length)) {
    clusters.push(owned.use(await startTestCluster(clusters.length)));
  }
  // If DynamoDB Local cannot start, tests that need it print the reason, and are counted as skipped.
  const wanted = files.some((file) => file.startsWith("tests/partition/"));
  const dynamoDb = wanted && !await noDynamoDbLocal()
    ? owned.use(await startDynamoDbLocal())
    : undefined;
  const run = (file: string, cluster: Cluster) =>
    runTests([file], {
      DYNAMO_TEST_CLUSTER: cluster.name,
      DYNAMO_TEST_KUBECONFIG: cluster.kubeconfig,
      DYNAMO_TEST_KUBECTL: cluster.program("kubectl"),
      ...(dynamoDb && { DYNAMO_TEST_DYNAMODB: dynamoDb.endpoint }),
    }, { live: clusters.length === 1 });
  const [alone, others] = [files.filter(timesItself), files.filter((file) => !timesItself(file))];
  const counts = [
    ...await inStreams(others.toSorted(longFirst), clusters, run),
    ...await inStreams(alone, clusters.slice(0, 1), run),
  ];
  return complete ? [...counts, await checkAudit(clusters)] : counts;
}

function longFirst(a: string, b: string): number {
  return Number(takesLong(b)) - Number(takesLong(a));
}

/** Checks the requests of all operators in the audit logs, prints the problems, and counts the check as one test. */
async function checkAudit(clusters: Cluster[]): Promise<TestCounts> {
  const logs = await Promise.all(clusters.map(({ audit }) => audit.requests()));
  const problems = auditProblems(logs.flat());
  failures.push(...problems.map((problem) => `audit: ${problem}`));
  if (problems.length === 0) {
    console.log("No request of an operator was denied, and operators used all their permissions");
  }
  return { passed: problems.length === 0 ? 1 : 0, failed: problems.length, skipped: 0 };
}

const started = Date.now();
const filters = Deno.args;
const all = (await testFiles()).filter((file) =>
  filters.length === 0 || filters.some((filter) => file.includes(filter))
);
if (all.length === 0) {
  console.error(`No test file matches ${filters.map((filter) => `"${filter}"`).join(" or ")}`);
  Deno.exit(2);
}
const system = all.filter((file) => file.startsWith("tests/"));
const unit = all.filter((file) => !file.startsWith("tests/"));
const counts: TestCounts[] = [];
const failures: string[] = [];

if (unit.length > 0) counts.push(await runTests(["--trace-leaks", ...unit], {}, { live: true }));
if (system.length > 0) counts.push(...await runSystemTests(system, filters.length === 0));
const total = sumCounts(counts);
console.log(
  `\n${unit.length + system.length} files in ${Math.round((Date.now() - started) / 1000)} s`,
);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(describeCounts(total));
Deno.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
