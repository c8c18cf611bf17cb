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
  assertEquals(await progress.look(pod("a"), signal), undefined);
  assertEquals(progress.nextLookMs(pod("a")), 2_000);
  await clock.advance(2_000);
  for (let look = 0; look < 5; look++) {
    assertEquals((await progress.look(pod("a"), signal))?.itemsDeleted, 1);
  }
  assertEquals(asked, ["http://10.0.0.1:9086/progress"]);
  assertEquals(progress.nextLookMs(pod("a")), 10_000);
  await clock.advance(10_000);
  assertEquals((await progress.look(pod("a"), signal))?.itemsDeleted, 2);
});

Deno.test("an unreachable pod is no error, and what it said before still holds", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)), undefined, "no report");
  await progress.look(pod("a"), signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals((await progress.look(pod("a"), signal))?.itemsDeleted, 1);
  }
  assertEquals(asked.length, 3);
});

Deno.test("an address of the other family stands in brackets", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)));
  const other = pod("a", { ip: "fd00::1" });
  await progress.look(other, signal);
  await clock.advance(2_000);
  await progress.look(other, signal);
  assertEquals(asked, ["http://[fd00::1]:9086/progress"]);
});

Deno.test("a running pod without an address is come back to at the usual pace, and asked when it has one", async () => {
  const { clock, asked, progress } = scripted(JSON.stringify(said(1)));
  const { ip: _, ...bare } = pod("a");
  await progress.look(bare, signal);
  for (const waitMs of [2_000, 10_000, 10_000]) {
    await clock.advance(waitMs);
    assertEquals(await progress.look(bare, signal), undefined);
    assertEquals(progress.nextLookMs(bare), 10_000);
  }
  assertEquals(asked, []);
  await clock.advance(10_000);
  assertEquals(progress.nextLookMs(pod("a")), 1_000);
  assertEquals((await progress.look(pod("a"), signal))?.itemsDeleted, 1);
});
