// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { createProgress } from "./progress.ts";
import { pod } from "./testing/objects.ts";
import { report } from "./testing/report.ts";

const { signal } = new AbortController();

/** Progress whose pods answer with these texts, one after the other; none means that they do not answer. */
function scripted(...answers: (string | undefined)[]) {
  const clock = createFakeClock();
  const asked: string[] = [];
  const progress = createProgress({
    clock,
    fetchText(url) {
      asked.push(url);
      const answer = answers.shift();
      return answer === undefined
        ? Promise.reject(new TypeError("connection refused"))
        : Promise.resolve(answer);
    },
  });
  return { clock, asked, progress };
}

const said = (itemsDeleted: number) => report({ phase: "Deleting", itemsDeleted });

Deno.test("a pod is asked at most every ten seconds, however often it is looked at", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)), JSON.stringify(said(2)));
  assertEquals(progress.look(pod("a"), signal), undefined);
  assertEquals(progress.nextLookMs(pod("a")), 2_000);
  await clock.advance(2_000);
  progress.look(pod("a"), signal);
  assertEquals(progress.nextLookMs(pod("a")), 1_000);
  await clock.advance(1_000);
  for (let look = 0; look < 5; look++) {
    assertEquals(progress.look(pod("a"), signal)?.itemsDeleted, 1);
  }
  assertEquals(asked, ["http://10.0.0.1:9086/progress"]);
  assertEquals(progress.nextLookMs(pod("a")), 9_000);
  await clock.advance(9_000);
  progress.look(pod("a"), signal);
  await clock.advance(1_000);
  assertEquals(progress.look(pod("a"), signal)?.itemsDeleted, 2);
  assertEquals(asked.length, 2);
});

Deno.test("a pod that does not answer holds up nobody and is not asked twice at a time", async () => {
  const clock = createFakeClock();
  let asked = 0;
  const fetchText = () => new Promise<string>(() => void asked++);
  const progress = createProgress({ clock, fetchText });
  for (const waitMs of [0, 2_000, 1_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals(progress.look(pod("a"), signal), undefined);
  }
  assertEquals([asked, progress.nextLookMs(pod("a"))], [1, 1_000]);
});

Deno.test("an unreachable pod is no error, and what it said before still holds", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)), undefined, "no report");
  progress.look(pod("a"), signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    progress.look(pod("a"), signal);
    await clock.advance(0);
    assertEquals(progress.look(pod("a"), signal)?.itemsDeleted, 1);
  }
  assertEquals(asked.length, 3);
});

Deno.test("an address of the other family stands in brackets", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)));
  const other = pod("a", { ip: "fd00::1" });
  progress.look(other, signal);
  await clock.advance(2_000);
  progress.look(other, signal);
  assertEquals(asked, ["http://[fd00::1]:9086/progress"]);
});

Deno.test("a running pod without an address is come back to at the usual pace, and asked when it has one", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)));
  const { ip: _, ...bare } = pod("a");
  progress.look(bare, signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals(progress.look(bare, signal), undefined);
    assertEquals(progress.nextLookMs(bare), 10_000);
  }
  assertEquals(asked, []);
  await clock.advance(10_000);
  progress.look(pod("a"), signal);
  await clock.advance(0);
  assertEquals(progress.look(pod("a"), signal)?.itemsDeleted, 1);
});
