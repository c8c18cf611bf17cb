// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { createExecSource } from "./exec_plugin.ts";
import { fakeClock } from "./testing/fake_clock.ts";

const cluster = { server: "https://api:6443" };

/** A plugin that answers with the number of times it was asked, as token. */
async function withCounter(status: object, test: (script: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const count = `${folder}/count`;
  const answer = JSON.stringify({ status: { token: "TOKEN", ...status } });
  try {
    await test(
      `n=$(cat ${count} 2>/dev/null || echo 0); n=$((n+1)); echo $n > ${count}
       echo '${answer}' | sed "s/TOKEN/token-$n/"`,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an answer is kept until a minute before its end", async () => {
  const clock = fakeClock(Date.parse("2026-01-01T00:00:00Z"));
  await withCounter({ expirationTimestamp: "2026-01-01T00:10:00Z" }, async (script) => {
    const source = createExecSource({ command: "sh", args: ["-c", script] }, cluster, clock);
    assertEquals(await source(), { authorization: "Bearer token-1" });
    clock.advance(9 * 60_000 - 1);
    assertEquals(await source(), { authorization: "Bearer token-1" });
    clock.advance(1);
    assertEquals(await source(), { authorization: "Bearer token-2" });
  });
});

Deno.test("an answer without an end is kept for good", async () => {
  const clock = fakeClock();
  await withCounter({}, async (script) => {
    const source = createExecSource({ command: "sh", args: ["-c", script] }, cluster, clock);
    await source();
    clock.advance(100 * 24 * 3600_000);
    assertEquals(await source(), { authorization: "Bearer token-1" });
  });
});

Deno.test("a plugin that is no help is named, and what it answered is not repeated", async () => {
  const failing: [string, string][] = [
    ["exit 3", "it ended with exit code 3"],
    ["echo no luck >&2; exit 1", "no luck"],
    ["echo secret", "it answered with something that is no JSON"],
    [`echo '{"status":{"clientKeyData":"secret"}}'`, "neither a token nor a certificate"],
  ];
  for (const [script, why] of failing) {
    const exec = { command: "sh", args: ["-c", script] };
    const error = await assertRejects(createExecSource(exec, cluster, fakeClock()), Error, why);
    assertEquals(error instanceof Error && error.message.includes("secret"), false);
  }
  await assertRejects(
    createExecSource({ command: "/no/such/plugin" }, cluster, fakeClock()),
    Error,
    'Cannot get credentials from the exec plugin "/no/such/plugin": ',
  );
});
