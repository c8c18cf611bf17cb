// @ts-types="../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { median } from "./bench/median.ts";
import { secondsToFirstList } from "./bench/start.ts";
import { temporaryBundle } from "./binary/compile_bundle.ts";
import { canSimulatePod } from "./binary/simulated_pod.ts";

/** Maximum seconds from the start of the operator to its first list request, on an idle machine. */
const FIRST_LIST_SECONDS = 0.6;
/** Seconds that Deno needs on an idle machine to start, run an empty program and exit. */
const BARE_SECONDS = 0.05;
/**
 * Maximum number of starts. Other processes may slow down a start, so the test fails only if all starts are too slow.
 */
const MOST_STARTS = 15;

const noPods = !await canSimulatePod();
if (noPods) {
  console.log(
    "SKIPPED the start in a pod: unshare(1) cannot create a mount namespace on this machine",
  );
}

Deno.test("the binary's code sends its first list request within 0.6 s of its start in a pod", {
  ignore: noPods,
}, async () => {
  await using bundle = await temporaryBundle();
  const starts: number[] = [];
  const bare: number[] = [];
  let limit = 0;
  do {
    bare.push(await bareStartSeconds());
    starts.push(await secondsToFirstList(bundle.command));
    // On a slow or busy machine, Deno itself also starts more slowly. So the limit grows with the start time of the
    // empty program.
    limit = FIRST_LIST_SECONDS * Math.max(1, median(bare) / BARE_SECONDS);
  } while (Math.min(...starts) > limit && starts.length < MOST_STARTS);
  const result = `first list after ${seconds(starts)}, bare runtime ${seconds(bare)}, limit ${
    seconds([limit])
  }`;
  console.log(result);
  assert(Math.min(...starts) <= limit, result);
});

function seconds(values: readonly number[]): string {
  return `${values.map((value) => value.toFixed(2)).join(" ")} s`;
}

async function bareStartSeconds(): Promise<number> {
  const startedMs = performance.now();
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", ""],
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("Cannot run an empty program with Deno");
  return (performance.now() - startedMs) / 1000;
}
