/**
 * What the operator costs, beside a bare loop that writes the same objects:
 *
 *     deno task bench [--graphs 200,1000] [--converge 50] [--json FILE] [--logs FOLDER]
 *     deno task bench --partition [--items 10000,200000] [--json FILE]
 *
 * The second one measures the deletion of partitions in DynamoDB Local beside a bare loop of BatchWriteItem calls.
 *
 * Ends with code 0 when everything could be measured, whatever the figures are.
 */
import { VERSION } from "../../commands/cli/version.ts";
import { KUBERNETES_VERSION } from "../../devcluster/toolchain/control_plane_modules.ts";
import { describeEnvironment } from "./environment.ts";
import { measureConvergence } from "./convergence.ts";
import type { BenchFigures } from "./figures.ts";
import { startBenchCluster } from "./bench_cluster.ts";
import { type Attempt, measureSize } from "./measure_size.ts";
import { parseBenchOptions } from "./options.ts";
import { benchPartitions } from "./partition/bench_partitions.ts";
import { footnotes } from "./footnotes.ts";
import { rows } from "./rows.ts";
import { measureStart } from "./start.ts";
import { markdownTable } from "./table.ts";

const options = parseBenchOptions(Deno.args);
if (options.partitionItems) {
  await benchPartitions(options.partitionItems, options.jsonFile);
  Deno.exit(0);
}
const figures: BenchFigures = {
  ...await describeEnvironment({ "dynamo-operator": VERSION, kubernetes: KUBERNETES_VERSION }),
  sizes: [],
  failures: [],
};
if (options.logFolder) await Deno.mkdir(options.logFolder, { recursive: true });
const logFile = (name: string) => options.logFolder && `${options.logFolder}/operator-${name}.log`;

const attempt: Attempt = async (what, measure) => {
  console.error(`Measuring ${what} …`);
  try {
    return await measure();
  } catch (error) {
    figures.failures.push(`${what}: ${error instanceof Error ? error.message : error}`);
    console.error(error);
    return undefined;
  }
};

const start = await attempt("the start", measureStart);
if (start) figures.start = start;
for (const graphs of options.graphs) {
  figures.sizes.push(await measureSize(graphs, attempt, logFile(String(graphs))));
}
if (options.converge > 0) {
  const convergence = await attempt(`${options.converge} graphs on to successful`, async () => {
    await using bench = await startBenchCluster({ controllers: true });
    return await measureConvergence(bench, options.converge, logFile("converge"));
  });
  if (convergence) figures.convergence = convergence;
}
figures.machine.loadAfter = Deno.loadavg();

console.log(`\n${markdownTable(rows(figures))}\n\n${footnotes(figures).join("\n")}`);
if (options.jsonFile) {
  await Deno.writeTextFile(options.jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}
if (figures.failures.length > 0) Deno.exit(1);
