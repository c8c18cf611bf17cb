// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { type Flag, goDuration, parseDurationMs, parseFlags } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

const FLAGS: Flag[] = [
  { name: "natsAddr", type: "string", default: "", help: "address of NATS" },
  { name: "leader-elect", type: "boolean", default: true, help: "elect a leader" },
  { name: "resync", type: "string", default: "10h", help: "interval of reconciliations" },
];

Deno.test("a flag may have the Go operator's spelling or kebab-case, and one or two dashes", () => {
  for (
    const args of [
      ["--natsAddr=nats://n:4222"],
      ["--nats-addr=nats://n:4222"],
      ["-natsAddr", "nats://n:4222"],
      ["--nats-addr", "nats://n:4222"],
    ]
  ) {
    assertEquals(parseFlags(FLAGS, args).values["natsAddr"], "nats://n:4222", args.join(" "));
  }
});

Deno.test("a flag that is not on the command line has its default value and is not in the list of given flags", () => {
  const { values, given } = parseFlags(FLAGS, ["--leader-elect=false"]);
  assertEquals(values, { natsAddr: "", "leader-elect": false, resync: "10h" });
  assertEquals(given, ["leader-elect"]);
});

Deno.test("a value may look like a flag or be empty", () => {
  assertEquals(parseFlags(FLAGS, ["--resync", ""]).values["resync"], "");
  for (const value of ["-x", "--resync", "-resync=1", "-", "--", "a=b", "a\nb"]) {
    assertEquals(parseFlags(FLAGS, ["-natsAddr", value]).values["natsAddr"], value);
    assertEquals(parseFlags(FLAGS, [`-nats-addr=${value}`]).values["natsAddr"], value);
  }
});

Deno.test("the error for an unknown flag names the most similar known flag", () => {
  const error = assertThrows(() => parseFlags(FLAGS, ["--natsAdr=x"]), UsageError);
  assertEquals(error.message, 'Unknown flag "--natsAdr": did you mean "--natsAddr"?');
  const short = [...FLAGS, {
    name: "other",
    short: "r",
    type: "string",
    default: "",
    help: "",
  }] as const;
  const { message } = assertThrows(() => parseFlags(short, ["--rs"]), UsageError);
  assertEquals(message.includes('"--r"'), false);
});

Deno.test("a missing value, an argument that is not a flag and a wrong boolean are refused", () => {
  assertThrows(() => parseFlags(FLAGS, ["--resync"]), UsageError, "needs a value");
  for (const arg of ["run", "-", "--", "-1", "--1", ""]) {
    const error = assertThrows(() => parseFlags(FLAGS, [arg]), UsageError);
    assertEquals(error.message, `Unexpected argument "${arg}": flags begin with "--"`);
  }
  assertThrows(() => parseFlags(FLAGS, ["--leader-elect", "no"]), UsageError, 'argument "no"');
  assertThrows(() => parseFlags(FLAGS, ["--no-leader-elect"]), UsageError, "Unknown flag");
  assertThrows(() => parseFlags(FLAGS, ["--leader-elect=no"]), UsageError, '"true" or "false"');
});

Deno.test("a flag may have a one-letter alias, and a repeated flag keeps every value", () => {
  const text = { type: "string", default: "", help: "" } as const;
  const flags = [{ ...text, name: "table", short: "t" }, { ...text, name: "allow" }];
  const { values, repeated } = parseFlags(flags, [
    ...["-t=Products", "-t", "Orders", "--allow", "a*", "--allow=b", "--allow", ""],
  ]);
  assertEquals(values["table"], "Orders");
  assertEquals(repeated.get("allow"), ["a*", "b", ""]);
  assertEquals(repeated.get("table"), ["Products", "Orders"]);
});

Deno.test("durations have the format of Go's flags", () => {
  assertEquals(parseDurationMs("10h"), 36_000_000);
  assertEquals(parseDurationMs("1h30m"), 5_400_000);
  assertEquals(parseDurationMs("1.5s"), 1500);
  assertEquals(parseDurationMs("250ms"), 250);
  assertEquals(parseDurationMs("0"), 0);
});

Deno.test("the error for an invalid duration contains an example", () => {
  for (const text of ["", "5", "-3s", "1d", "s", "10 s"]) {
    assertThrows(() => parseDurationMs(text), UsageError, "such as");
  }
});

Deno.test("a duration is printed as Go prints it", () => {
  for (const text of ["15m0s", "1h30m0s", "4h0m0s", "1m30s", "2.5s", "500ms", "0s"]) {
    assertEquals(goDuration(parseDurationMs(text)), text);
  }
  assertEquals(goDuration(parseDurationMs("900s")), "15m0s");
});
