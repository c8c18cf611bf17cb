import { pickPorts } from "./instance/ports.ts";
import { spawnTethered, untilReady } from "./tethered_process.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { dynamoDbLocalProblem, ensureDynamoDbLocal } from "./toolchain/dynamodb_local_libraries.ts";
import { type Progress, standardErrorProgress } from "./toolchain/progress.ts";

const START_TIMEOUT_MS = 60_000;

export interface DynamoDbLocalOptions {
  /** File for its output; discarded if absent. */
  logFile?: string;
  /** DynamoDB Local outlives this process and ends when this file is removed; absent: it ends with this process. */
  livesWith?: string;
  progress?: Progress;
}

/** A DynamoDB on this machine, without tables at first. Its data is in memory only. */
export interface DynamoDbLocal extends AsyncDisposable {
  /** Such as `http://127.0.0.1:23456`. The tables are the same for all credentials and regions. */
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Returns why DynamoDB Local cannot run on this machine, such as a missing JDK or Maven; undefined if it can. */
export function noDynamoDbLocal(): Promise<string | undefined> {
  return dynamoDbLocalProblem(cacheDirectory());
}

/**
 * Starts DynamoDB Local on a free loopback port and returns when it answers. Downloads it first if it is not cached.
 *
 * @throws if Java or Maven is missing, or if it does not answer within a minute
 */
export async function startDynamoDbLocal(
  options: DynamoDbLocalOptions = {},
): Promise<DynamoDbLocal> {
  const { logFile = "/dev/null", livesWith, progress = standardErrorProgress() } = options;
  const folder = await ensureDynamoDbLocal(cacheDirectory(), progress);
  const [port] = pickPorts(1);
  const java = spawnTethered({
    command: [
      ...["java", "-Xmx512m", `-Djava.library.path=${folder}`, "-cp", `${folder}/*`],
      "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
      ...["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)],
    ],
    // It writes a file with its settings to its working folder.
    cwd: folder,
    logFile,
    livesWith,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(java, "DynamoDB Local", START_TIMEOUT_MS, () => answers(endpoint));
  const stop = async () => void await java.stop("SIGKILL");
  if (livesWith !== undefined) java.unref();
  return { endpoint, pid: java.pid, stop, [Symbol.asyncDispose]: stop };
}

/** Returns whether a DynamoDB listens at this address: it refuses a request without a signature in its own way. */
export async function answers(endpoint: string): Promise<boolean> {
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
      },
      body: "{}",
    });
    return (await response.text()).includes("__type");
  } catch (error) {
    // The port does not accept connections.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
