// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import { isLoopbackPortFree, pickPorts } from "../../devcluster/instance/ports.ts";
import type { DeletionReport } from "../../partition/report.ts";
import {
  createTable,
  dynamoDbEndpoint,
  keySchema,
  noDynamoDb as ignore,
  numbered,
} from "../support/dynamodb.ts";
import { spawnDeletion } from "../support/deletion_process.ts";
import { eventually } from "../support/eventually.ts";
import { seededRandom, seedOfRun } from "../support/seeded_random.ts";

const TENANT = { S: "TENANT-4711" };
const VALUE = { PARTITION_VALUE: "TENANT-4711" };
const ROOT = new URL("../../", import.meta.url).pathname;

async function filled(items: number) {
  const table = await createTable(keySchema());
  await table.put(numbered(items, TENANT));
  return table;
}

async function readReport(file: string): Promise<DeletionReport> {
  return JSON.parse(await Deno.readTextFile(file));
}

Deno.test(
  "the command line of the former program works unchanged, including an empty endpoint (defects 6 and 7)",
  { ignore },
  async () => {
    const table = await filled(60);
    const line = [
      "-t",
      table.name,
      "-p",
      "TENANT-4711",
      "-e",
      dynamoDbEndpoint,
      "-r",
      "eu-west-1",
      "-s",
    ];
    const { code, stdout } = await spawnDeletion({ args: line }).ended;
    assertEquals([code, JSON.parse(stdout).itemsDeleted, await table.count(TENANT)], [0, 60, 0]);

    let region = "";
    const seen = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
      region = /\/([a-z0-9-]+)\/dynamodb\//.exec(request.headers.get("authorization") ?? "")?.[1] ??
        "";
      return Response.json({ __type: "x#ResourceNotFoundException" }, { status: 400 });
    });
    const empty = await spawnDeletion({
      args: ["-t", table.name, "-p", "x", "-e", "", "-r", "eu-west-1", "-s"],
      env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${seen.addr.port}`, AWS_REGION: "us-west-2" },
    }).ended;
    assertEquals([empty.code, JSON.parse(empty.stdout).outcome], [3, "TableNotFound"]);
    assertEquals(region, "eu-west-1");
    await seen.shutdown();
  },
);

Deno.test(
  "the output contains neither the partition value nor a sort key (defect 20)",
  { ignore },
  async () => {
    const table = await filled(60);
    const { code, stdout, stderr } = await spawnDeletion({
      args: ["-t", table.name, "-e", dynamoDbEndpoint, "-s", "--log-level=debug"],
      env: VALUE,
    }).ended;
    assertEquals(code, 0, stderr);
    for (const secret of ["TENANT-4711", "0000001"]) {
      assert(!stdout.includes(secret) && !stderr.includes(secret), secret);
    }
  },
);

Deno.test("wrong usage ends with exit code 2 before any request", async () => {
  const wrong: [string[], Record<string, string>, RegExp][] = [
    [["-p", "x", "-s"], {}, /--table-name/],
    [["-t", "Orders", "-s"], {}, /--partition-value/],
    [["-t", "Orders", "-s", "-p", "x"], VALUE, /both given/],
    [["-t", "Orders", "-p", "x"], {}, /--skip-confirmation/],
    [["-t", "Orders", "-p", "x", "-s", "--key-type=X"], {}, /--key-type.*S, N, B/],
    [["-t", "Orders", "-p", "x", "-s", "--max-items=1.5"], {}, /--max-items/],
    [["-t", "Orders", "-p", "x", "-s", "--max-concurrency=0"], {}, /--max-concurrency/],
    [["-t", "Orders", "-p", "x", "-s", "--deadline=soon"], {}, /Cannot read duration/],
    [["-t", "Orders", "-p", "x", "-s", "--progress-address=9086"], {}, /--progress-address/],
    [["-t", "Orders", "-p", "x", "--skip-confirmaton"], {}, /did you mean "--skip-confirmation"/],
  ];
  const answers = await Promise.all(
    wrong.map(([args, env]) => spawnDeletion({ args, env }).ended),
  );
  for (const [index, { code, stderr }] of answers.entries()) {
    const [args, , message] = wrong[index] ?? [[], {}, / /];
    assertEquals(code, 2, `${args.join(" ")}: ${stderr}`);
    assertMatch(stderr, message);
  }
});

Deno.test(
  "after a refusal by guard rails the exit code prevents further attempts",
  { ignore },
  async () => {
    const table = await filled(60);
    const cases: [string[], string, number][] = [
      [["--max-items=59"], "TooManyItems", 3],
      [["--table-allow=tenants-*", "--table-allow=x"], "TableNotAllowed", 3],
      [["--key-type=N"], "InvalidKey", 3],
      [["--dry-run"], "Counted", 0],
    ];
    for (const [flags, outcome, code] of cases) {
      const ended = await spawnDeletion({
        args: ["-t", table.name, "-e", dynamoDbEndpoint, "-s", ...flags],
        env: VALUE,
      }).ended;
      assertEquals([JSON.parse(ended.stdout).outcome, ended.code], [outcome, code]);
    }
    assertEquals(await table.count(TENANT), 60);
  },
);

Deno.test(
  "SIGTERM completes the requests in flight, and the report and exit code ask for another attempt (defect 14)",
  { ignore },
  async () => {
    const table = await filled(3_000);
    const log = await Deno.makeTempFile();
    const [port = 0] = pickPorts(1, { random: Math.random, isFree: isLoopbackPortFree });
    const process = spawnDeletion({
      args: [
        ...["-t", table.name, "-e", dynamoDbEndpoint, "-s", "--items-per-second=400"],
        `--progress-address=127.0.0.1:${port}`,
      ],
      env: VALUE,
      terminationLog: log,
    });
    const progress = await eventually(async () => {
      const report = await fetchReport(port);
      assert(report && report.itemsDeleted >= 100, JSON.stringify(report));
      return report;
    });
    assertEquals([progress.phase, progress.itemsFound], ["Deleting", 3_000]);
    process.kill("SIGTERM");
    const { code, stdout } = await process.ended;
    const report = JSON.parse(stdout);
    assertEquals([code, report.outcome, report.itemsInFlight], [1, "Interrupted", 0]);
    assertEquals(report.itemsDeleted, 3_000 - await table.count(TENANT));
    assertEquals(await readReport(log), report);
    await Deno.remove(log);
  },
);

Deno.test(
  "SIGTERM during the start is handled: the report and exit code ask for another attempt",
  async () => {
    const requested = Promise.withResolvers<void>();
    await using endpoint = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => {
        requested.resolve();
        return new Response("not yet", { status: 500 });
      },
    );
    const log = await Deno.makeTempFile();
    const process = spawnDeletion({
      args: ["-t", "Orders", "-e", `http://127.0.0.1:${endpoint.addr.port}`, "-s"],
      env: VALUE,
      terminationLog: log,
    });
    await requested.promise;
    process.kill("SIGTERM");
    const { code, stdout, stderr } = await process.ended;
    const report = JSON.parse(stdout);
    assertEquals([code, report.outcome, report.itemsDeleted], [1, "Interrupted", 0], stderr);
    assertEquals(await readReport(log), report);
    await Deno.remove(log);
  },
);

Deno.test(
  "after its deadline the deletion stops and no further attempt follows",
  { ignore },
  async () => {
    const table = await filled(300);
    const { code, stdout } = await spawnDeletion({
      args: [
        "-t",
        table.name,
        "-e",
        dynamoDbEndpoint,
        "-s",
        "--items-per-second=50",
        "--deadline=2s",
      ],
      env: VALUE,
    }).ended;
    const report = JSON.parse(stdout);
    assertEquals([code, report.outcome], [3, "DeadlineExceeded"]);
    assertEquals(report.itemsDeleted, 300 - await table.count(TENANT));
  },
);

Deno.test(
  "after a kill the report contains bounds for the number of deleted items, and the sum over all attempts is exact",
  { ignore },
  async () => {
    const seed = seedOfRun();
    console.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const items = 3_000;
    const table = await filled(items);
    const log = await Deno.makeTempFile();
    const reports: DeletionReport[] = [];
    for (let kill = 0; kill < 6; kill++) {
      const process = spawnDeletion({
        args: ["-t", table.name, "-e", dynamoDbEndpoint, "-s", "--items-per-second=1500"],
        env: VALUE,
        terminationLog: log,
      });
      const minimum = Math.floor(random() * 300);
      const phase = await eventually(async () => {
        const text = await Deno.readTextFile(log);
        const { phase, itemsDeleted } = text.trim()
          ? JSON.parse(text)
          : { phase: "", itemsDeleted: 0 };
        assert(phase === "Ended" || phase === "Deleting" && itemsDeleted >= minimum, text.trim());
        return phase;
      });
      // On a slow machine the deletion may finish before the test can kill the process.
      if (phase !== "Ended") process.kill("SIGKILL");
      await process.ended;
      reports.push(await readReport(log));
      await Deno.truncate(log);
    }
    const { code, stdout } = await spawnDeletion({
      args: ["-t", table.name, "-e", dynamoDbEndpoint, "-s"],
      env: VALUE,
      terminationLog: log,
    }).ended;
    const last: DeletionReport = JSON.parse(stdout);
    assertEquals([code, last.itemsDeleted, await table.count(TENANT)], [0, last.itemsFound, 0]);
    assertEquals(reports[0]?.itemsFound, items);
    // DynamoDB still processes requests that it received before a kill. So the test calculates the number of
    // deleted items from the number of items that the next attempt finds.
    for (const [index, report] of reports.entries()) {
      const next = reports[index + 1] ?? last;
      const actual = (report.itemsFound ?? 0) - (next.itemsFound ?? 0);
      const { itemsDeleted, itemsInFlight } = report;
      assert(
        itemsDeleted <= actual && actual <= itemsDeleted + itemsInFlight,
        JSON.stringify({ actual, report }),
      );
    }
    await Deno.remove(log);
  },
);

Deno.test("the Deno permissions of delete-partition allow only the network", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=delete-partition", "tests/support/permission_probe.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), ["use the network"]);
});

async function fetchReport(port: number): Promise<DeletionReport | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/progress`);
    return answer.ok ? await answer.json() : (await answer.body?.cancel(), undefined);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
