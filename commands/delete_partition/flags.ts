import type { Flag } from "../cli/flags.ts";

/** Every flag of `dynamo-operator delete-partition`. */
export const DELETE_PARTITION_FLAGS: readonly Flag[] = [
  text("table-name", "t", "name or ARN of the table"),
  text(
    "partition-value",
    "p",
    "value of the partition key, base64 if that is binary; the variable PARTITION_VALUE in its place stays out of the list of processes",
  ),
  text("endpoint-url", "e", "address of another endpoint than that of AWS for the region"),
  text(
    "region",
    "r",
    "region of the table; AWS_REGION, AWS_DEFAULT_REGION or us-east-1 by default",
  ),
  flag("skip-confirmation", "s", "do not ask before deleting; needed where nobody can be asked"),
  text("key-type", undefined, "S, N or B: refuse a table whose partition key has another type"),
  flag("dry-run", undefined, "count the items and delete nothing"),
  text("max-items", undefined, "delete nothing if there are more items than this"),
  text("items-per-second", undefined, "delete no faster than this"),
  text("max-concurrency", undefined, "most requests under way at the same time", "8"),
  text("deadline", undefined, "end after this time, such as 30m, whatever is left"),
  text("progress-address", undefined, 'serve the report at /progress, such as on ":9086"', "0"),
  text("termination-log", undefined, "file that always holds the newest report"),
  text(
    "table-allow",
    undefined,
    'glob of tables that may be worked on, such as "tenant-*"; may be repeated',
  ),
  text("log-level", undefined, "debug, info, warning or error", "info"),
];

function text(name: string, short: string | undefined, help: string, preset = ""): Flag {
  return { name, ...(short !== undefined && { short }), type: "string", default: preset, help };
}

function flag(name: string, short: string | undefined, help: string): Flag {
  return { name, ...(short !== undefined && { short }), type: "boolean", default: false, help };
}
