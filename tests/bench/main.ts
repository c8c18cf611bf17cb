/**
 * Measures the costs of the operator, and the costs of creating the same children without the operator. The help text
 * {@link USAGE} describes the options.
 *
 * The exit code is 0 if every measurement succeeded, even if a figure does not meet its target.
 */
import { VERSION } from "../../commands/cli/version.ts";
import { KUBERNETES_VERSION } from "../../devcluster/toolchain/control_plane_modules.ts";
import { describeEnvironment } from "./environment.ts";
import { measureConvergence } from "./convergence.ts";
import type { BenchFigures } from "./figures.ts";
import { startBenchCluster } from "./bench_cluster.ts";
import type { Attempt } from "./measure_parts.ts";
import { measureSize } from "./measure_size.ts";
import { temporaryBundle, withLazyImports } from "../binary/compile_bundle.ts";
import { parseBenchOptions, USAGE } from "./options.ts";
import { benchPartitions } from "./partition/bench_partitions.ts";
import { footnotes } from "./footnotes.ts";
import { profileCreation } from "./profile.ts";
import { rows } from "./rows.ts";
import { measureStart } from "./start.ts";
import { markdownTable } from "./table.ts";

/** Number of graph edits in each series. With 100 edits, the 99th percentile is the second slowest edit. */
const EDITS = 100;
/**
 * Idle time before the memory of an idle operator is measured. In this time, V8 returns unused memory to the system
 * twice.
 */
const REST_MS = 30_000;
const SHARING_COMPONENTS = 200;

const options = readOptions();
if (options.partitionItems) {
  await benchPartitions(options.partitionItems, options.jsonFile);
  Deno.exit(0);
}
const figures: BenchFigures = {
  ...await describeEnvironment({ "dynamo-operator": VERSION, kubernetes: KUBERNETES_VERSION }),
  sizes: [],
  failures: [],
};
for (const folder of [options.logFolder, options.profileFolder]) {
  if (folder) await Deno.mkdir(folder, { recursive: true });
}
const logFile = (name: string) => options.logFolder && `${options.logFolder}/operator-${name}.log`;

const attempt: Attempt = async (name, measure) => {
  console.error(`Measuring ${name} …`);
  try {
    return await measure();
  } catch (error) {
    figures.failures.push(`${name}: ${error instanceof Error ? error.message : error}`);
    console.error(error);
    return undefined;
  }
};

await using bundle = await temporaryBundle();
const program = withLazyImports(bundle.command);
const start = await attempt("the start-up time", () => measureStart(bundle.command));
if (start) figures.start = start;
for (const graphs of options.graphs) {
  figures.sizes.push(
    await measureSize(graphs, {
      ...options,
      program,
      attempt,
      logFile: logFile(String(graphs)),
      restMs: REST_MS,
      restarts: options.rounds,
      edits: EDITS,
      sharing: SHARING_COMPONENTS,
    }),
  );
}
if (options.profileFolder) await profileSizes(options.profileFolder);
if (options.converge > 0) {
  const convergence = await attempt(`${options.converge} graphs until successful`, async () => {
    await using bench = await startBenchCluster({ controllers: true, program });
    return await measureConvergence(bench, options.converge, logFile("converge"));
  });
  if (convergence) figures.convergence = convergence;
}
figures.machine.loadAfter = Deno.loadavg();

console.log(`\n${markdownTable(rows(figures))}\n\n${footnotes(figures).join("\n")}`);
if (options.jsonFile) {
  await Deno.writeTextFile(options.jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}
if (figures.failures.length > 0) Deno.exitCode = 1;

/**
 * Profiles the operator with each number of graphs. The profiler slows the operator down, so the benchmark does not use
 * these runs for its figures.
 */
async function profileSizes(folder: string): Promise<void> {
  for (const graphs of options.graphs) {
    await attempt(`a profile of ${graphs} graphs`, async () => {
      await using bench = await startBenchCluster({ controllers: false });
      await profileCreation(bench, { graphs, folder, logFile: logFile(`profile-${graphs}`) });
    });
  }
}

function readOptions() {
  if (Deno.args.some((arg) => arg === "--help" || arg === "-h")) {
    console.log(USAGE);
    Deno.exit(0);
  }
  try {
    return parseBenchOptions(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(2);
  }
}
