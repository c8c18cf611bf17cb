// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { LogLine } from "./log.ts";
import { createOutageLog } from "./outage_log.ts";
import { fakeClock } from "./testing/fake_clock.ts";

function setUp() {
  const clock = fakeClock();
  const lines: string[] = [];
  const line: LogLine = (message, { seconds } = {}) =>
    void lines.push(message.replace("{seconds}", String(seconds)));
  const log = { debug: line, info: line, warn: line, error: line };
  return { clock, lines, outageLog: createOutageLog({ clock, log }) };
}

Deno.test("an API server that does not respond is logged once a minute, and when it responds again", () => {
  const { clock, lines, outageLog } = setUp();
  for (let second = 0; second < 150; second++) {
    for (let request = 0; request < 15; request++) outageLog.failed(new Error("refused"));
    clock.advance(1_000);
  }
  outageLog.responded();
  outageLog.responded();
  assertEquals(lines, [
    "The API server has not responded for 0 s, retrying: {reason}",
    "The API server has not responded for 60 s, retrying: {reason}",
    "The API server has not responded for 120 s, retrying: {reason}",
    "The API server responds again after 150 s",
  ]);
});

Deno.test("a lost connection is not logged while other requests get responses", () => {
  const { clock, lines, outageLog } = setUp();
  outageLog.responded();
  outageLog.failed(new Error("reset"));
  clock.advance(5_000);
  outageLog.responded();
  outageLog.failed(new Error("reset"));
  assertEquals(lines, []);
});
