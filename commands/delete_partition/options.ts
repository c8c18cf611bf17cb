import { LONGEST_TIMER_MS } from "../../kube/clock.ts";
import { reasonOf } from "../../kube/errors.ts";
import type { DeletionRequest } from "../../partition/delete_partition.ts";
import { KEY_TYPES } from "../../partition/key.ts";
import { PARTITION_VALUE } from "../../partition/report.ts";
import { type BindAddress, parseBindAddress } from "../../process/bind_address.ts";
import { LOG_LEVELS } from "../../process/logging.ts";
import { parseDurationMs } from "../cli/duration.ts";
import { parseFlags } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";
import { DELETE_PARTITION_FLAGS } from "./flags.ts";

/** Options of `dynamo-operator delete-partition`. */
export interface DeletePartitionOptions {
  request: DeletionRequest;
  region: string;
  endpointUrl: string;
  skipConfirmation: boolean;
  deadlineMs?: number;
  progressAddress?: BindAddress;
  /** Path; empty for none. */
  terminationLog: string;
  logLevel: typeof LOG_LEVELS[number];
}

/** Parses the command line. Throws a UsageError for an invalid flag, or a missing or ambiguous value. */
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
  const maxItems = number("max-items", text("max-items"), { least: 0, whole: true });
  const itemsPerSecond = number("items-per-second", text("items-per-second"), { least: 0.01 });
  const maxConcurrency = number("max-concurrency", text("max-concurrency"), {
    least: 1,
    whole: true,
  });
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
      `Flag "--partition-value" and the environment variable ${PARTITION_VALUE} are both given: give one of them`,
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
    throw new UsageError(
      `Flag "--deadline" takes at most ${
        Math.floor(LONGEST_TIMER_MS / 3_600_000)
      }h, got "${text}": omit it to run without a deadline`,
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
