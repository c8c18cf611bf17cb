import type { BareLoopFigures } from "./bare_loop.ts";
import type { CostFigures } from "./creation.ts";
import type { Round, SizeFigures } from "./figures.ts";
import { GO_OPERATOR_FIGURES } from "./go_operator_figures.ts";
import { atMost, figure, type Row, spreadFigure, targetOf } from "./row.ts";
import { spread } from "./spread.ts";
import { TARGETS } from "./targets.ts";

/** A figure of the operator, and the same figure of loops that create the objects without the operator. */
interface Compared {
  figure: string;
  recorded: number | undefined;
  unit: string;
  ours: (cost: CostFigures) => number;
  bare: (loop: BareLoopFigures) => number;
  /**
   * Maximum median ratio of the operator to a loop of server-side applies without the operator.
   */
  maxRatio?: number;
}

/**
 * Returns the rows that compare the operator with the creation of the same objects without the operator. Each figure is
 * the median of all rounds.
 */
export function creationRows({ graphs, rounds }: SizeFigures): Row[] {
  const go = GO_OPERATOR_FIGURES[graphs];
  const perGraph = spread(costs(rounds).map(({ requests }) => requests.total / graphs));
  if (!perGraph) return [];
  const inTotal = spread(
    rounds.flatMap(({ creation }) => creation ? [creation.untilIdle.requests.total / graphs] : []),
  );
  const cpuPerGraph = spread(costs(rounds).map(({ cpu }) => 1000 * cpu.operator / graphs));
  return [
    {
      figure: "mutating requests per graph until all children exist",
      graphs: figure(graphs),
      recorded: go?.requestsPerGraph === undefined ? undefined : figure(go.requestsPerGraph),
      ours: spreadFigure(perGraph),
      ...targetOf(atMost(perGraph.median, TARGETS.requestsPerGraph)),
    },
    ...(inTotal
      ? [{
        figure: "mutating requests per graph until the operator is idle",
        graphs: figure(graphs),
        ours: spreadFigure(inTotal),
        ...targetOf(atMost(inTotal.median, TARGETS.requestsPerGraph)),
      }]
      : []),
    comparedRow(graphs, rounds, {
      figure: "time until all Deployments and Services exist",
      recorded: go?.seconds,
      unit: "s",
      ours: ({ seconds }) => seconds,
      bare: ({ seconds }) => seconds,
      maxRatio: TARGETS.ratioToApply,
    }),
    comparedRow(graphs, rounds, {
      figure: "CPU time of the API server until all children exist",
      recorded: go?.apiServerCpuSeconds,
      unit: "s",
      ours: ({ cpu }) => cpu.apiServer,
      bare: ({ cpu }) => cpu.apiServer,
      maxRatio: TARGETS.ratioToApply,
    }),
    comparedRow(graphs, rounds, {
      figure: "CPU time of the client (operator or loop) until all children exist",
      recorded: go?.operatorCpuSeconds,
      unit: "s",
      ours: ({ cpu }) => cpu.operator,
      bare: ({ cpu }) => cpu.bench,
      maxRatio: TARGETS.clientRatioToApply,
    }),
    ...(cpuPerGraph
      ? [{
        figure: "CPU time of the operator per graph",
        graphs: figure(graphs),
        ours: spreadFigure(cpuPerGraph, "ms"),
      }]
      : []),
  ];
}

function costs(rounds: readonly Round[]): CostFigures[] {
  return rounds.flatMap(({ creation }) => creation?.untilAllExist ?? []);
}

function comparedRow(graphs: number, rounds: readonly Round[], compared: Compared): Row {
  const { unit, ours, bare, recorded, maxRatio } = compared;
  const column = (method: "apply" | "post") => {
    const loop = spread(rounds.flatMap((round) => round[method] ? [bare(round[method])] : []));
    const ratio = spread(
      rounds.flatMap(({ creation, [method]: loop }) =>
        creation && loop && bare(loop) > 0 ? [ours(creation.untilAllExist) / bare(loop)] : []
      ),
    );
    return {
      ratio,
      loopText: loop && spreadFigure(loop, unit),
      ratioText: ratio && spreadFigure(ratio, "×"),
    };
  };
  const [apply, post] = [column("apply"), column("post")];
  const own = spread(costs(rounds).map(ours));
  return {
    figure: compared.figure,
    graphs: figure(graphs),
    recorded: recorded === undefined ? undefined : figure(recorded, unit),
    ours: own ? spreadFigure(own, unit) : "–",
    apply: apply.loopText,
    applyRatio: apply.ratioText,
    post: post.loopText,
    postRatio: post.ratioText,
    ...targetOf(
      apply.ratio && maxRatio ? atMost(apply.ratio.median, maxRatio, " × apply") : undefined,
    ),
  };
}
