// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { createProgress, readReport } from "./progress.ts";
import { pod } from "./testing/objects.ts";
import { report } from "./testing/report.ts";

const { signal } = new AbortController();

/**
 * Returns a `Progress` whose requests to pods get these responses in order. If a response is undefined, the pod refuses
 * the connection.
 */
function scripted(...answers: (string | undefined)[]) {
  const clock = createFakeClock();
  const requests: string[] = [];
  const progress = createProgress(clock, (url) => {
    requests.push(url);
    const answer = answers.shift();
    return answer === undefined
      ? Promise.reject(new TypeError("connection refused"))
      : Promise.resolve(answer);
  });
  return { clock, requests, progress };
}

const deleting = (itemsDeleted: number) => report({ phase: "Deleting", itemsDeleted });

Deno.test("a pod gets a request at most every ten seconds, however often its progress is read", async () => {
  const { clock, requests, progress } = scripted(
    JSON.stringify(deleting(1)),
    JSON.stringify(deleting(2)),
  );
  assertEquals(progress.read(pod("a"), signal), undefined);
  assertEquals(progress.nextReadMs(pod("a")), 2_000);
  await clock.advance(2_000);
  progress.read(pod("a"), signal);
  assertEquals(progress.nextReadMs(pod("a")), 1_000);
  await clock.advance(1_000);
  for (let read = 0; read < 5; read++) {
    assertEquals(progress.read(pod("a"), signal)?.itemsDeleted, 1);
  }
  assertEquals(requests, ["http://10.0.0.1:9086/progress"]);
  assertEquals(progress.nextReadMs(pod("a")), 9_000);
  await clock.advance(9_000);
  progress.read(pod("a"), signal);
  await clock.advance(1_000);
  assertEquals(progress.read(pod("a"), signal)?.itemsDeleted, 2);
  assertEquals(requests.length, 2);
});

Deno.test("a pod that does not respond delays nothing and gets one request at a time", async () => {
  const clock = createFakeClock();
  let requests = 0;
  const fetchText = () => new Promise<string>(() => void requests++);
  const progress = createProgress(clock, fetchText);
  for (const waitMs of [0, 2_000, 1_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals(progress.read(pod("a"), signal), undefined);
  }
  assertEquals([requests, progress.nextReadMs(pod("a"))], [1, 1_000]);
});

Deno.test("an unreachable pod is not an error, and its last report stays valid", async () => {
  const { clock, requests, progress } = scripted(
    JSON.stringify(deleting(1)),
    undefined,
    "not a report",
  );
  progress.read(pod("a"), signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    progress.read(pod("a"), signal);
    await clock.advance(0);
    assertEquals(progress.read(pod("a"), signal)?.itemsDeleted, 1);
  }
  assertEquals(requests.length, 3);
});

Deno.test("an IPv6 address is put in brackets", async () => {
  const { clock, requests, progress } = scripted(JSON.stringify(deleting(1)));
  const other = pod("a", { ip: "fd00::1" });
  progress.read(other, signal);
  await clock.advance(2_000);
  progress.read(other, signal);
  assertEquals(requests, ["http://[fd00::1]:9086/progress"]);
});

Deno.test("a running pod without an address is polled at the usual interval, and gets a request once it has one", async () => {
  const { clock, requests, progress } = scripted(JSON.stringify(deleting(1)));
  const { ip: _, ...bare } = pod("a");
  progress.read(bare, signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals(progress.read(bare, signal), undefined);
    assertEquals(progress.nextReadMs(bare), 10_000);
  }
  assertEquals(requests, []);
  await clock.advance(10_000);
  progress.read(pod("a"), signal);
  await clock.advance(0);
  assertEquals(progress.read(pod("a"), signal)?.itemsDeleted, 1);
});

Deno.test("a report is parsed, also with padding", () => {
  const written = report({ phase: "Ended", outcome: "Deleted", message: "Done", itemsFound: 3 });
  assertEquals(readReport(`${JSON.stringify(written)}${" ".repeat(200)}`), written);
});

Deno.test("a text that is not a report is ignored", () => {
  for (
    const text of ["", "panic: out of luck", "null", "[]", '{"phase":"Elsewhere"}', '{"phase":']
  ) {
    assertEquals(readReport(text), undefined, text);
  }
});

Deno.test("values that the status cannot contain are dropped", () => {
  const read = readReport(JSON.stringify({
    phase: "Deleting",
    outcome: "Whatever",
    message: "m".repeat(5000),
    itemsFound: -1,
    itemsDeleted: "many",
    consumedReadUnits: 0.1 + 0.2,
  }));
  assertEquals(read, {
    ...report({ phase: "Deleting", message: "m".repeat(1024), consumedReadUnits: 0.3 }),
  });
});
