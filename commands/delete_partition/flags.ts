import type { Flag } from "../cli/flags.ts";

/** All flags of `dynamo-operator delete-partition`. */
export const DELETE_PARTITION_FLAGS: readonly Flag[] = [
  text("table-name", "t", "name or ARN of the table"),
  text(
    "partition-value",
    "p",
    "value of the partition key, base64 for a binary key; the environment variable PARTITION_VALUE sets it without showing it in the process list",
  ),
  text("endpoint-url", "e", "URL of the endpoint; the AWS endpoint of the region by default"),
  text("region", "r", "region; AWS_REGION, AWS_DEFAULT_REGION or us-east-1 by default"),
  flag("skip-confirmation", "s", "delete without confirmation; required without a terminal"),
  text("key-type", undefined, "expected type of the partition key: S, N or B"),
  flag("dry-run", undefined, "count the items and delete nothing"),
  text("max-items", undefined, "delete nothing if the partition has more items"),
  text("items-per-second", undefined, "maximum deletion rate"),
  text("max-concurrency", undefined, "maximum number of concurrent requests", "8"),
  text("deadline", undefined, "stop after this duration, such as 30m, even if items remain"),
  text("progress-address", undefined, 'address of /progress, such as ":9086"; "0" for none', "0"),
  text("termination-log", undefined, "file that always contains the newest report"),
  text("table-allow", undefined, "glob of allowed tables; repeatable; all tables by default"),
  text("log-level", undefined, "debug, info, warning or error", "info"),
];

function text(name: string, short: string | undefined, help: string, preset = ""): Flag {
  return { name, ...(short !== undefined && { short }), type: "string", default: preset, help };
}

function flag(name: string, short: string | undefined, help: string): Flag {
  return { name, ...(short !== undefined && { short }), type: "boolean", default: false, help };
}
