// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { SizeFigures } from "./bench/figures.ts";
import { startBenchCluster } from "./bench/bench_cluster.ts";
import { type Attempt, measureOperator } from "./bench/measure_size.ts";
import { CHILDREN_PER_GRAPH, COMPONENTS_PER_GRAPH } from "./bench/sample_graph.ts";
import { noCluster } from "./support/shared_cluster.ts";

const GRAPHS = 3;
/** Limit of the mutating requests per graph: for its 12 children, its status, and the status of each component. */
const MOST_PER_GRAPH = 16;

Deno.test(
  "the benchmark measures an operator that writes nothing when all objects are up to date",
  {
    // The test reads /proc, which exists only on Linux, and runs control plane programs that `deno task test` builds.
    ignore: noCluster || Deno.build.os !== "linux",
  },
  async () => {
    await using bench = await startBenchCluster({ controllers: false });
    const figures: SizeFigures = { graphs: GRAPHS };
    const attempt: Attempt = (_name, measure) => measure();
    await measureOperator(bench, figures, { attempt, restMs: 0 });

    const { creation, restart, resync } = figures;
    assert(creation && restart && resync, "the benchmark did not print all three measurements");
    const { requests, seconds, cpu } = creation.untilAllExist;
    const all = creation.untilIdle.requests;
    assert(all.total <= GRAPHS * MOST_PER_GRAPH, JSON.stringify(all));
    assert(requests.total >= GRAPHS * CHILDREN_PER_GRAPH, JSON.stringify(requests));
    assert(seconds > 0 && cpu.operator > 0);
    assertEquals(restart.requests, { total: 0, byKind: {}, refused: {} });
    assertEquals(resync.requests, { total: 0, byKind: {}, refused: {} });
    assert(resync.reconciliations >= 2 * GRAPHS * (1 + COMPONENTS_PER_GRAPH));
  },
);
