import { createTable, keySchema, numbered, type TestTable } from "../../support/dynamodb.ts";
import { spawnDeletion } from "../../support/deletion_process.ts";
import { processFigures } from "../process_figures.ts";

const BARE_LOOP = new URL("./bare_loop.ts", import.meta.url).pathname;
const TENANT = { S: "TENANT" };
const POLL_MS = 50;

/** Costs of `delete-partition` for one partition, and the time of a baseline that only deletes the items. */
export interface PartitionFigures {
  items: number;
  /** Time from the first to the last request, including counting and verification, as `delete-partition` reports it. */
  seconds: number;
  /** Time from the start of the `delete-partition` process until its exit. */
  processSeconds: number;
  peakBytes: number;
  bareLoopSeconds: number;
}

/** Measures the deletion of two equal partitions: one by the baseline `bare_loop.ts`, one by `delete-partition`. */
export async function measurePartition(endpoint: string, items: number): Promise<PartitionFigures> {
  const bare = await filled(endpoint, items);
  const bareLoopSeconds = await bareLoop(endpoint, bare.name, items);
  await assertEmpty(bare);
  const table = await filled(endpoint, items);
  const startedAtMs = performance.now();
  const process = spawnDeletion({
    args: ["-t", table.name, "-e", endpoint, "-s"],
    env: { PARTITION_VALUE: TENANT.S },
  });
  const peak = watchPeak(process.pid);
  const { code, stdout, stderr } = await process.ended;
  const processSeconds = (performance.now() - startedAtMs) / 1000;
  const peakBytes = await peak.end();
  if (code !== 0) throw new Error(`The deletion stopped with exit code ${code}: ${stderr}`);
  await assertEmpty(table);
  return {
    items,
    seconds: JSON.parse(stdout).durationMs / 1000,
    processSeconds,
    peakBytes,
    bareLoopSeconds,
  };
}

async function filled(endpoint: string, items: number): Promise<TestTable> {
  const table = await createTable(keySchema(), endpoint);
  await table.put(numbered(items, TENANT));
  return table;
}

async function bareLoop(endpoint: string, table: string, items: number): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", BARE_LOOP, endpoint, table, String(items)],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`The bare loop failed: ${text(stderr)}`);
  return Number(text(stdout)) / 1000;
}

async function assertEmpty(table: TestTable) {
  const left = await table.count(TENANT);
  if (left > 0) throw new Error(`${left} items remain in "${table.name}"`);
}

/** Polls the peak memory of a process, because /proc no longer contains the process after its exit. */
function watchPeak(pid: number) {
  let peakBytes = 0;
  let ended = false;
  const watching = (async () => {
    while (!ended) {
      try {
        peakBytes = (await processFigures(pid)).peakResidentBytes;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  })();
  return {
    async end() {
      ended = true;
      await watching;
      return peakBytes;
    },
  };
}
