// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { type Flag, parseFlags } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

const FLAGS: Flag[] = [
  { name: "natsAddr", type: "string", default: "", help: "address of NATS" },
  { name: "leader-elect", type: "boolean", default: true, help: "elect a leader" },
  { name: "resync", type: "string", default: "10h", help: "how often all is planned again" },
];

Deno.test("flags are read in upstream's spelling and in kebab-case, with one or two dashes", () => {
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

Deno.test("a flag that is not given has its default and does not count as given", () => {
  const { values, given } = parseFlags(FLAGS, ["--leader-elect=false"]);
  assertEquals(values, { natsAddr: "", "leader-elect": false, resync: "10h" });
  assertEquals(given, ["leader-elect"]);
});

Deno.test("a value may look like a flag or be empty", () => {
  assertEquals(parseFlags(FLAGS, ["--resync", ""]).values["resync"], "");
  assertEquals(parseFlags(FLAGS, ["--natsAddr", "-x"]).values["natsAddr"], "-x");
});

Deno.test("an unknown flag is refused with the nearest known one", () => {
  const error = assertThrows(() => parseFlags(FLAGS, ["--natsAdr=x"]), UsageError);
  assertEquals(error.message, 'Unknown flag "--natsAdr": did you mean "--natsAddr"?');
});

Deno.test("a missing value, a word that is no flag and a boolean with another value are refused", () => {
  assertThrows(() => parseFlags(FLAGS, ["--resync"]), UsageError, "needs a value");
  assertThrows(() => parseFlags(FLAGS, ["run"]), UsageError, "Unexpected argument");
  assertThrows(() => parseFlags(FLAGS, ["--leader-elect=no"]), UsageError, '"true" or "false"');
});

Deno.test("a letter stands for a flag's name, and a flag given several times keeps every value", () => {
  const text = { type: "string", default: "", help: "" } as const;
  const flags = [{ ...text, name: "table", short: "t" }, { ...text, name: "allow" }];
  const { values, repeated } = parseFlags(flags, [
    ...["-t", "Orders", "--allow", "a*", "--allow=b", "--allow", ""],
  ]);
  assertEquals(values["table"], "Orders");
  assertEquals(repeated.get("allow"), ["a*", "b", ""]);
  assertEquals(repeated.get("table"), ["Orders"]);
});
