// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { getLogger, reset } from "@logtape/logtape";
import { configureLogging, type LoggingOptions } from "./logging.ts";

async function written(options: LoggingOptions, body: () => void): Promise<string[]> {
  const lines: string[] = [];
  const { error } = console;
  console.error = (text: string) => void lines.push(text);
  try {
    await configureLogging(options);
    body();
  } finally {
    console.error = error;
    await reset();
  }
  return lines;
}

const log = getLogger(["engine", "test"]);

Deno.test("a JSON record is one object in one line, with the causes of errors", async () => {
  const lines = await written({ level: "info", format: "json" }, () => {
    log.debug("unwanted");
    log.error("Cannot do {what}", {
      what: "it",
      error: new Error("first\nsecond", { cause: new Error("because") }),
    });
  });
  assertEquals(lines.length, 1);
  assert(!lines[0]?.includes("\n"));
  const record = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
  assertEquals([record.level, record.logger, record.what], ["ERROR", "engine.test", "it"]);
  assertStringIncludes(JSON.stringify(record.error), "because");
});

Deno.test("a text record contains the category and the message", async () => {
  const lines = await written(
    { level: "debug", format: "text" },
    () => log.debug("Did {what}", { what: 1 }),
  );
  assertStringIncludes(lines[0] ?? "", "engine.test: Did 1");
});
