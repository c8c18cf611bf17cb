import { pickPorts } from "./instance/ports.ts";
import { spawnTethered, untilReady } from "./tethered_process.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { dynamoDbLocalProblem, ensureDynamoDbLocal } from "./toolchain/dynamodb_local_libraries.ts";
import { type Progress, standardErrorProgress } from "./toolchain/progress.ts";

const START_TIMEOUT_MS = 60_000;

export interface DynamoDbLocalOptions {
  /** File for the output of DynamoDB Local; if absent, the output is discarded. */
  logFile?: string;
  /**
   * Path of a file. DynamoDB Local stops when this file is removed. By default, DynamoDB Local stops when this process
   * stops.
   */
  livesWith?: string;
  progress?: Progress;
}

/** A running DynamoDB Local. It starts without tables and keeps its data only in memory. */
export interface DynamoDbLocal extends AsyncDisposable {
  /** Base address, such as `http://127.0.0.1:23456`. All credentials and regions share the same tables. */
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Returns why DynamoDB Local cannot run on this machine, such as a missing JDK or Maven; undefined if it can run. */
export function noDynamoDbLocal(): Promise<string | undefined> {
  return dynamoDbLocalProblem(cacheDirectory());
}

/**
 * Starts DynamoDB Local on a free loopback port and returns when it responds to requests. Downloads DynamoDB Local
 * first if it is not cached.
 *
 * @throws if Java or Maven is missing, or if DynamoDB Local does not respond within a minute
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
    // DynamoDB Local writes a file with its settings to its working folder. Without `cwd`, this would be the working
    // folder of the current process.
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

/** Returns whether the server at this address responds to an unsigned request with a DynamoDB error. */
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
    // Deno throws a TypeError if the connection fails, for example because no program is listening on the port.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
