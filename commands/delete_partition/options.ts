import { LONGEST_TIMER_MS } from "../../kube/clock.ts";
import { reasonOf } from "../../kube/errors.ts";
import type { DeletionRequest } from "../../partition/delete_partition.ts";
import { KEY_TYPES } from "../../partition/key.ts";
import { PARTITION_VALUE } from "../../partition/report.ts";
import { type BindAddress, parseBindAddress } from "../../process/http_server.ts";
import { LOG_LEVELS } from "../../process/logging.ts";
import { type Flag, parseDurationMs, parseFlags } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";

/** All flags of `dynamo-operator delete-partition`. */
export const DELETE_PARTITION_FLAGS: readonly Flag[] = [
  textFlag("table-name", "name or ARN of the table", { short: "t" }),
  textFlag(
    "partition-value",
    "value of the partition key, base64 for a binary key; the environment variable PARTITION_VALUE sets it without showing it in the process list",
    { short: "p" },
  ),
  textFlag("endpoint-url", "DynamoDB endpoint; the AWS endpoint of the region by default", {
    short: "e",
  }),
  textFlag(
    "region",
    "AWS region; defaults to the region of the table's ARN, AWS_REGION or AWS_DEFAULT_REGION",
    {
      short: "r",
    },
  ),
  booleanFlag(
    "skip-confirmation",
    "delete without confirmation; required if standard input is not a terminal",
    { short: "s" },
  ),
  textFlag("value-digest", "digest that the partition value must have; the operator sets it"),
  textFlag("key-type", "expected type of the partition key: S, N or B"),
  booleanFlag("dry-run", "count the items and delete nothing"),
  textFlag("max-items", "delete nothing if the partition has more items than this number"),
  textFlag("items-per-second", "maximum deletion rate in items per second"),
  textFlag("max-concurrency", "maximum number of concurrent requests", { default: "8" }),
  textFlag("deadline", "stop after this duration, such as 30m, even if items remain"),
  textFlag("progress-address", 'address of /progress, such as ":9086"; "0" disables it', {
    default: "0",
  }),
  textFlag("termination-log", "file to which the command writes its newest report as JSON"),
  textFlag(
    "table-allow",
    "glob of the tables from which items may be deleted; repeatable; all tables by default",
  ),
  textFlag("log-level", "lowest log level: debug, info, warning or error", { default: "info" }),
];

/** Options of `dynamo-operator delete-partition`. */
export interface DeletePartitionOptions {
  request: DeletionRequest;
  /** Expected digest of the partition value; if "", the command accepts any value. */
  valueDigest: string;
  region: string;
  endpointUrl: string;
  skipConfirmation: boolean;
  deadlineMs?: number;
  progressAddress?: BindAddress;
  /** Path of the report file; if "", the command writes no report. */
  terminationLog: string;
  logLevel: typeof LOG_LEVELS[number];
}

/**
 * Parses the flags of `delete-partition`. Throws a UsageError if a flag is invalid, or if the table or the partition
 * value is missing.
 */
export function readDeletePartitionOptions(
  args: readonly string[],
  env: (name: string) => string | undefined,
): DeletePartitionOptions {
  const { values, given, repeated } = parseFlags(DELETE_PARTITION_FLAGS, args);
  const text = (name: string) => String(values[name]);
  if (text("table-name") === "") {
    throw new UsageError('Flag "--table-name" is missing: give the name or ARN of the table');
  }
  const keyType = oneOf("key-type", text("key-type"), KEY_TYPES);
  const whole = true;
  if (given.includes("max-items") && text("max-items") === "") {
    // The Job's pod sets this flag from an environment variable. If the variable is empty, the deletion must not run
    // without a limit.
    throw new UsageError('Flag "--max-items" is empty: give a whole number, or omit it');
  }
  const maxItems = number("max-items", text("max-items"), { least: 0, whole });
  const itemsPerSecond = number("items-per-second", text("items-per-second"), { least: 0.01 });
  const maxConcurrency = number("max-concurrency", text("max-concurrency"), { least: 1, whole });
  const deadlineMs = deadline(text("deadline"));
  const progressAddress = bindAddress(text("progress-address"));
  return {
    request: {
      table: text("table-name"),
      partitionValue: partitionValue(
        given.includes("partition-value") ? text("partition-value") : undefined,
        env(PARTITION_VALUE),
      ),
      ...(keyType !== undefined && { keyType }),
      dryRun: values["dry-run"] === true,
      ...(maxItems !== undefined && { maxItems }),
      ...(itemsPerSecond !== undefined && { itemsPerSecond }),
      maxConcurrency: maxConcurrency ?? 1,
      allowedTables: repeated.get("table-allow") ?? [],
    },
    valueDigest: text("value-digest"),
    region: text("region"),
    endpointUrl: text("endpoint-url"),
    skipConfirmation: values["skip-confirmation"] === true,
    ...(deadlineMs !== undefined && { deadlineMs }),
    ...(progressAddress && { progressAddress }),
    terminationLog: text("termination-log"),
    logLevel: oneOf("log-level", text("log-level"), LOG_LEVELS) ?? "info",
  };
}

function partitionValue(flag: string | undefined, variable: string | undefined): string {
  if (flag !== undefined && variable !== undefined) {
    throw new UsageError(
      `Flag "--partition-value" and the environment variable ${PARTITION_VALUE} are both given: set only one of them`,
    );
  }
  if (flag?.includes("\uFFFD")) {
    // Deno reads bytes that are not valid UTF-8 as U+FFFD. Without this error, the command could delete the wrong
    // partition.
    throw new UsageError(
      `Flag "--partition-value" contains the character U+FFFD, which replaces bytes that are not UTF-8: give a binary key as base64, or set the environment variable ${PARTITION_VALUE}`,
    );
  }
  const value = flag ?? variable;
  if (value === undefined || value === "") {
    throw new UsageError(
      `The partition value is missing: give --partition-value or the environment variable ${PARTITION_VALUE}`,
    );
  }
  return value;
}

function oneOf<T extends string>(
  flag: string,
  value: string,
  allowed: readonly T[],
): T | undefined {
  if (value === "") return undefined;
  const found = allowed.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UsageError(`Flag "--${flag}" takes ${allowed.join(", ")}, got "${value}"`);
}

function number(
  flag: string,
  text: string,
  { least, whole = false }: { least: number; whole?: boolean },
): number | undefined {
  if (text === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value) && value >= least && (!whole || Number.isSafeInteger(value))) {
    return value;
  }
  const kind = whole ? "whole number" : "number";
  throw new UsageError(`Flag "--${flag}" takes a ${kind} of at least ${least}, got "${text}"`);
}

function deadline(text: string): number | undefined {
  if (text === "") return undefined;
  const deadlineMs = parseDurationMs(text);
  if (deadlineMs > LONGEST_TIMER_MS) {
    const most = `${Math.floor(LONGEST_TIMER_MS / 3_600_000)}h`;
    throw new UsageError(
      `Flag "--deadline" takes at most ${most}, got "${text}": omit it to run without a deadline`,
    );
  }
  return deadlineMs > 0 ? deadlineMs : undefined;
}

function bindAddress(text: string): BindAddress | undefined {
  try {
    return parseBindAddress(text === "" ? "0" : text, "progress-address");
  } catch (error) {
    throw new UsageError(reasonOf(error));
  }
}

function textFlag(name: string, help: string, more: Partial<Flag> = {}): Flag {
  return { name, type: "string", default: "", help, ...more };
}

function booleanFlag(name: string, help: string, more: Partial<Flag> = {}): Flag {
  return { name, type: "boolean", default: false, help, ...more };
}
