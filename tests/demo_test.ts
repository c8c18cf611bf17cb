// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import {
  hasEnded,
  identify,
  type ProcessIdentity,
} from "../devcluster/instance/process_identity.ts";
import { noDynamoDbLocal } from "../devcluster/dynamodb_local.ts";
import { lines } from "../devcluster/lines.ts";
import { processesOf, untilGone } from "./devcluster/processes_of.ts";

const DEMO = new URL("../demo/main.ts", import.meta.url).pathname;

const problem = await noDynamoDbLocal();
if (problem !== undefined) console.log(`SKIPPED: the demo with --partition: ${problem}`);

interface Finished {
  code: number;
  lines: string[];
}

/** Runs the demo, which starts its own control plane. Calls `onLine` for each line of its output. */
async function runDemo(
  onLine: (line: string, demo: Deno.ChildProcess) => void | Promise<void>,
  ...flags: string[]
): Promise<Finished> {
  const demo = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", DEMO, ...flags],
    stdout: "piped",
  }).spawn();
  const printed: string[] = [];
  for await (const line of lines(demo.stdout)) {
    printed.push(line);
    await onLine(line, demo);
  }
  const { code } = await demo.status;
  return { code, lines: printed };
}

/** Collects the processes of a demo (its operator and its control plane programs) from the demo's output lines. */
function processCollector() {
  let folder = "";
  const processes: ProcessIdentity[] = [];
  return {
    async add(line: string) {
      folder ||= /KUBECONFIG=(\S+)\/admin\.kubeconfig/.exec(line)?.[1] ?? "";
      const pid = /process (\d+) ready/.exec(line)?.[1];
      if (pid === undefined) return;
      const operator = await identify(Number(pid));
      if (operator) processes.push(operator);
      processes.push(...await processesOf(folder));
    },
    async assertGone() {
      // Seven processes: watchdog, etcd, API server, controller manager, scheduler, kwok and operator.
      assertEquals(processes.length, 7);
      for (const process of processes) assertEquals(await hasEnded(process, 0), true);
      await untilGone(processes, folder);
    },
  };
}

Deno.test("the demo creates, changes and deletes a graph and leaves no process", async () => {
  const collector = processCollector();
  const { code, lines } = await runDemo((line) => collector.add(line));
  assertEquals(code, 0, lines.join("\n"));
  assertEquals(lines.filter((line) => /^(\d\/\d|Summary)/.test(line)), [
    "1/8  A control plane on this machine",
    "2/8  The custom resource definitions",
    "3/8  The operator",
    "4/8  A graph becomes ready",
    "5/8  Decode is scaled from 2 to 4",
    "6/8  Prefill is removed",
    "7/8  Another client changes a Deployment",
    "8/8  The graph is deleted",
    "Summary",
  ]);
  assertEquals(lines.includes("  No resources found in dynamo-demo namespace."), true);
  await collector.assertGone();
});

Deno.test("the demo cleans up when it is interrupted in the middle", async () => {
  const collector = processCollector();
  const { code, lines } = await runDemo(async (line, demo) => {
    await collector.add(line);
    if (line.startsWith("5/8")) demo.kill("SIGINT");
  });
  assertEquals(code, 130, lines.join("\n"));
  assertEquals(lines.at(-1), "  Interrupted by SIGINT");
  await collector.assertGone();
});

Deno.test("the demo with --autoscale scales a service by its load and leaves no process", async () => {
  const collector = processCollector();
  const { code, lines } = await runDemo((line) => collector.add(line), "--autoscale");
  assertEquals(code, 0, lines.join("\n"));
  assertEquals(lines.filter((line) => /^(\d\/\d|Summary)/.test(line)).slice(3), [
    "4/8  A graph with a HorizontalPodAutoscaler becomes ready",
    "5/8  The load rises to 45 requests",
    "6/8  A user applies a stale number of workers",
    "7/8  The load falls to 18 requests",
    "8/8  The graph is deleted",
    "Summary",
  ]);
  const workers = lines.flatMap((line) =>
    /scalingadapter.*autoscaled-worker +autoscaled +Worker +(\d+)/.exec(line)?.[1] ?? []
  );
  assertEquals(workers, ["1", "5", "2"]);
  await collector.assertGone();
});

Deno.test("the demo with --partition deletes one of three partitions and leaves no process", {
  ignore: problem !== undefined,
}, async () => {
  const collector = processCollector();
  const { code, lines } = await runDemo((line) => collector.add(line), "--partition");
  assertEquals(code, 0, lines.join("\n"));
  assertEquals(lines.filter((line) => /^(\d\/\d|Summary)/.test(line)).slice(3), [
    "4/7  A table with three partitions, and a node that runs pods",
    '5/7  A DdbctlDpJob deletes partition "tenant-b"',
    "6/7  The other partitions are unchanged",
    "7/7  The object is deleted",
    "Summary",
  ]);
  const left = lines.filter((line) => /^ {2}tenant-. +\d+ +\d+$/.test(line));
  assertEquals(left.map((line) => line.trim().split(/ +/).slice(1)), [
    ["400", "400"],
    ["3000", "0"],
    ["250", "250"],
  ]);
  await collector.assertGone();
});
