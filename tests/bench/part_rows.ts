import type { EditFigures, EditSeries } from "./edits.ts";
import type { SizeFigures } from "./figures.ts";
import type { ForeignFigures } from "./foreign.ts";
import { GO_OPERATOR_FIGURES } from "./go_operator_figures.ts";
import { median } from "./median.ts";
import type { OutageFigures } from "./outage.ts";
import { percentile } from "./percentile.ts";
import type { RestartFigures } from "./restart.ts";
import { atMost, figure, type Limit, type Row, spreadFigure, targetOf } from "./row.ts";
import type { SharedModelFigures } from "./shared_model.ts";
import { spread } from "./spread.ts";
import { TARGETS } from "./targets.ts";

type Line = Pick<Row, "figure" | "ours" | "recorded"> & { limit?: Limit | undefined };

export function partRows(size: SizeFigures): Row[] {
  const { graphs, restarts = [], resync, edits, outage, foreign, sharedModel } = size;
  const lines: Line[] = [
    ...memoryLines(size),
    ...restartLines(restarts, GO_OPERATOR_FIGURES[graphs]?.requestsAfterRestart),
    ...(resync
      ? [{
        figure: "mutating requests during a forced resync",
        ours: figure(resync.requests.total),
        limit: atMost(resync.requests.total, 0),
      }]
      : []),
    ...(edits ? editLines(edits) : []),
    ...(outage ? outageLines(outage) : []),
    ...(foreign ? foreignLines(foreign) : []),
    ...(sharedModel ? sharedModelLines(sharedModel) : []),
  ];
  return lines.map(({ limit, ...line }) => ({
    ...line,
    graphs: figure(graphs),
    ...targetOf(limit),
  }));
}

function memoryLines({ graphs, rounds, emptyBytes, restedBytes }: SizeFigures): Line[] {
  const peak = spread(rounds.flatMap(({ creation }) => creation ? [mb(creation.memory.peak)] : []));
  if (!peak || restedBytes === undefined) return [];
  const recorded = GO_OPERATOR_FIGURES[graphs]?.residentMegabytes;
  const rested = (bytes: number, count: number) => {
    const limit = TARGETS.restedMegabytes[count];
    return {
      ours: figure(mb(bytes), "MB"),
      limit: limit === undefined ? undefined : atMost(mb(bytes), limit, " MB"),
    };
  };
  return [
    ...(emptyBytes === undefined
      ? []
      : [{ figure: "operator memory (RSS) without graphs", ...rested(emptyBytes, 0) }]),
    {
      figure: "operator memory (RSS) at rest",
      recorded: recorded === undefined ? undefined : figure(recorded, "MB"),
      ...rested(restedBytes, graphs),
    },
    { figure: "operator memory at its peak", ours: spreadFigure(peak, "MB") },
    {
      figure: "peak of the memory / memory at rest",
      ours: figure(peak.median / mb(restedBytes), "×"),
      limit: atMost(peak.median / mb(restedBytes), TARGETS.peakToRest, " ×"),
    },
  ];
}

function restartLines(restarts: RestartFigures[], recorded: number | undefined): Line[] {
  const [requests, cpu, ready, list] = [
    spread(restarts.map((restart) => restart.requests.total)),
    spread(restarts.map((restart) => restart.operatorCpuSeconds)),
    spread(restarts.map((restart) => restart.secondsToReady)),
    spread(restarts.map((restart) => restart.secondsFromFirstList)),
  ];
  if (!requests || !cpu || !ready || !list) return [];
  return [
    {
      figure: "mutating requests after a restart without changes",
      recorded: recorded === undefined ? undefined : figure(recorded),
      ours: spreadFigure(requests),
      limit: atMost(requests.max, 0),
    },
    { figure: "CPU time of the operator for a restart", ours: spreadFigure(cpu, "s") },
    { figure: "time from start to ready", ours: spreadFigure(ready, "s") },
    {
      figure: "time from the first list to ready",
      ours: spreadFigure(list, "s"),
      limit: atMost(list.median, TARGETS.secondsFromFirstListToReady, " s"),
    },
  ];
}

function editLines({ idle, backlog }: EditFigures): Line[] {
  const times = ({ timesMs }: EditSeries) => {
    const [half, most] = [median(timesMs), percentile(timesMs, 99)];
    const limits = TARGETS.editMs;
    return {
      ours: `${figure(half, "ms")} / ${figure(most, "ms")}`,
      limit: {
        text: `≤ ${limits.median} / ${limits.p99} ms`,
        met: half <= limits.median && most <= limits.p99,
      },
    };
  };
  return [
    {
      figure:
        `edit of one graph until its Deployment is changed, median / p99 of ${idle.timesMs.length}`,
      ...times(idle),
    },
    {
      figure: "the same while resyncs queue all keys ten times a second",
      ...times(backlog),
    },
  ];
}

function outageLines({ seconds, memory, ...outage }: OutageFigures): Line[] {
  const peak = mb(memory.peak);
  return [
    {
      figure: `operator memory at its peak in an outage of ${figure(seconds, "s")}`,
      ours: `${figure(peak, "MB")}, before ${figure(mb(memory.before), "MB")}`,
      limit: atMost(peak, TARGETS.outageMegabytes, " MB"),
    },
    {
      figure: "CPU time / log lines of the operator in the outage",
      ours: `${figure(outage.operatorCpuSeconds, "s")} / ${figure(outage.logLines)}`,
    },
    {
      figure: "time from the end of the outage until an edit has changed its Deployment",
      ours: figure(outage.secondsToRecover, "s"),
    },
  ];
}

function foreignLines({ objects, without, with: beside }: ForeignFigures): Line[] {
  const added = (bytes: (restart: RestartFigures) => number) => {
    const [before, after] = [median(without.map(bytes)), median(beside.map(bytes))];
    return {
      ours: `${figure(mb(after), "MB")}, before ${figure(mb(before), "MB")}`,
      limit: {
        text: `≤ ${TARGETS.foreignMegabytes} MB more`,
        met: mb(after) - mb(before) <= TARGETS.foreignMegabytes,
      },
    };
  };
  const what = `${figure(objects)} foreign ServiceAccounts, Secrets, RoleBindings each`;
  return [
    {
      figure: `operator memory at rest beside ${what}`,
      ...added(({ residentBytes }) => residentBytes),
    },
    {
      figure: `operator memory at its peak beside ${what}`,
      ...added(({ peakResidentBytes }) => peakResidentBytes),
    },
  ];
}

function sharedModelLines(shared: SharedModelFigures): Line[] {
  const perComponent = shared.reconciliations / shared.components;
  const what = `of ${figure(shared.components)} components that share a model`;
  return [
    {
      figure: `reconciliations per component, ${what}`,
      ours: figure(perComponent),
      limit: atMost(perComponent, TARGETS.reconciliationsPerSharingComponent),
    },
    {
      figure: `mutating requests / CPU time of the operator per component, ${what}`,
      ours: `${figure(shared.requests.total / shared.components)} / ${
        figure(1000 * shared.operatorCpuSeconds / shared.components, "ms")
      }`,
    },
  ];
}

function mb(bytes: number): number {
  return bytes / 1e6;
}
