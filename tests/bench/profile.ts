import { pickPorts } from "../../devcluster/instance/ports.ts";
import { startOperator } from "../../devcluster/operator_process.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { measureCreation } from "./creation.ts";
import { heapSummary, heapTypes } from "./heap_summary.ts";
import { connectInspector, type Inspector } from "./inspector.ts";

export interface ProfileOptions {
  graphs: number;
  folder: string;
  logFile?: string | undefined;
}

/**
 * Creates this number of graphs while the operator is profiled. Writes a CPU profile for the developer tools of Chrome
 * (`cpu-GRAPHS.cpuprofile`) and a summary of the heap (`heap-GRAPHS.txt`). Does not keep the heap snapshot itself,
 * because it contains tokens.
 */
export async function profileCreation(
  bench: BenchCluster,
  { graphs, folder, logFile }: ProfileOptions,
): Promise<void> {
  const [port = 0] = pickPorts(1);
  const operator = await startOperator({
    ...launch(bench, { logFile }),
    runtimeFlags: [`--inspect=127.0.0.1:${port}`],
  });
  {
    // Deno does not exit while the inspector is connected, so this connection ends before the operator is stopped.
    using inspector = await connectInspector(port);
    await inspector.call("Profiler.enable");
    await inspector.call("Profiler.start");
    await measureCreation(bench, operator, graphs);
    const { profile } = await inspector.call("Profiler.stop");
    await Deno.writeTextFile(`${folder}/cpu-${graphs}.cpuprofile`, JSON.stringify(profile));
    const types = heapTypes(JSON.parse(await heapSnapshot(inspector)));
    await Deno.writeTextFile(`${folder}/heap-${graphs}.txt`, `${heapSummary(types)}\n`);
  }
  await stopOperator(operator);
}

async function heapSnapshot(inspector: Inspector): Promise<string> {
  const chunks: string[] = [];
  inspector.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(String(chunk)));
  await inspector.call("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  return chunks.join("");
}
