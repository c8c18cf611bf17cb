// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { measureBareLoop } from "./bench/bare_loop.ts";
import { startBenchCluster } from "./bench/bench_cluster.ts";
import type { Round, SizeFigures } from "./bench/figures.ts";
import { type Attempt, measureParts } from "./bench/measure_parts.ts";
import { measureOperator } from "./bench/measure_size.ts";
import { profileCreation } from "./bench/profile.ts";
import { CHILDREN_PER_GRAPH, COMPONENTS_PER_GRAPH } from "./bench/sample_graph.ts";
import { noCluster } from "./support/shared_cluster.ts";

/** Number of graphs, large enough that the operator needs some time to reconcile all keys of a resync. */
const GRAPHS = 20;
/** Maximum number of mutating requests per graph: for its 12 children, its status, and the status of each component. */
const MOST_PER_GRAPH = 16;
const SHARING = 10;
const EDITS = 3;
/**
 * Maximum number of reconciliations per component. The first reconciliation plans the children. Changes to the Service
 * and the Deployment cause the others.
 */
const MOST_RECONCILIATIONS = 5;
const NO_REQUESTS = { total: 0, byKind: {}, refused: {} };
const options = {
  // The test reads /proc, which exists only on Linux, and runs control plane programs that `deno task test` builds.
  ignore: noCluster || Deno.build.os !== "linux",
};

Deno.test(
  "the benchmark measures both bare loops and each part of the operator",
  options,
  async (t) => {
    await using bench = await startBenchCluster({ controllers: false });
    const figures: SizeFigures = { graphs: GRAPHS, rounds: [] };
    const round: Round = {};

    await t.step("an operator that creates graphs", async () => {
      await measureOperator(bench, figures, round, { restMs: 1 });
      assert(round.creation && figures.restedBytes);
      const { requests, seconds, cpu } = round.creation.untilAllExist;
      const all = round.creation.untilIdle.requests;
      assert(all.total <= GRAPHS * MOST_PER_GRAPH, JSON.stringify(all));
      assert(requests.total >= GRAPHS * CHILDREN_PER_GRAPH, JSON.stringify(requests));
      assert(seconds > 0 && cpu.operator > 0);
    });

    await t.step("an operator with complete graphs", async () => {
      const attempt: Attempt = (_name, measure) => measure();
      await measureParts(bench, figures, {
        attempt,
        restMs: 1,
        restarts: 1,
        edits: EDITS,
        outageSeconds: 2,
        foreign: 5,
        sharing: SHARING,
      });
      const { restarts: [restart] = [], resync, edits, outage, foreign, sharedModel } = figures;
      assert(restart && resync && edits && outage && foreign && sharedModel);
      assertEquals(restart.requests, NO_REQUESTS);
      assert(restart.secondsFromFirstList > 0, `${restart.secondsFromFirstList}`);
      assert(restart.secondsFromFirstList < restart.secondsToReady, JSON.stringify(restart));
      assertEquals(resync.requests, NO_REQUESTS);
      assert(resync.reconciliations >= 2 * GRAPHS * (1 + COMPONENTS_PER_GRAPH));
      for (const { timesMs } of [edits.idle, edits.backlog]) {
        assertEquals(timesMs.length, EDITS);
        assert(timesMs.every((time) => time > 0), JSON.stringify(timesMs));
      }
      assert(edits.backlog.reconciliations > edits.idle.reconciliations, JSON.stringify(edits));
      assert(outage.memory.peak > 0 && outage.secondsToRecover > 0, JSON.stringify(outage));
      assertEquals(foreign.with.map(({ requests }) => requests), [NO_REQUESTS]);
      assert(
        sharedModel.reconciliations <= SHARING * MOST_RECONCILIATIONS &&
          sharedModel.reconciliations >= SHARING,
        JSON.stringify(sharedModel),
      );
      assert(sharedModel.requests.total >= 2 * SHARING, JSON.stringify(sharedModel));
    });

    await t.step("bare loops beside the graphs", async () => {
      for (const method of ["apply", "post"] as const) {
        const { objects, seconds, cpu } = await measureBareLoop(bench, GRAPHS, method);
        assertEquals(objects, GRAPHS * CHILDREN_PER_GRAPH);
        assert(seconds > 0 && cpu.apiServer > 0);
      }
    });
  },
);

Deno.test("a profile consists of a CPU profile and a table of the heap", options, async () => {
  await using bench = await startBenchCluster({ controllers: false });
  const folder = await Deno.makeTempDir();
  try {
    await profileCreation(bench, { graphs: GRAPHS, folder });
    const profile = JSON.parse(await Deno.readTextFile(`${folder}/cpu-${GRAPHS}.cpuprofile`));
    const files: string[] = profile.nodes.map((node: { callFrame: { url: string } }) =>
      node.callFrame.url
    );
    assert(files.some((file) => file.endsWith("/reconcile/engine/controller.ts")));
    assert((await Deno.readTextFile(`${folder}/heap-${GRAPHS}.txt`)).includes("| object "));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
