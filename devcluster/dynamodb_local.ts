import { isLoopbackPortFree, pickPorts } from "./instance/ports.ts";
import { cacheDirectory } from "./toolchain/cache_directory.ts";
import { dynamoDbLocalProblem, ensureDynamoDbLocal } from "./toolchain/dynamodb_local_libraries.ts";
import { type Progress, standardErrorProgress } from "./toolchain/progress.ts";
import { spawnTethered, type TetheredProcess } from "./tethered_process.ts";
import { until } from "./until.ts";

const START_DEADLINE_MS = 60_000;

export interface DynamoDbLocalOptions {
  /** Where what it says goes; thrown away if absent. */
  logFile?: string;
  /** It outlives this process, and ends at the latest when this file is gone; absent: it ends with this process. */
  livesWith?: string;
  progress?: Progress;
}

/** A DynamoDB on this machine, empty at first and kept in memory only. */
export interface DynamoDbLocal extends AsyncDisposable {
  /** Such as `http://127.0.0.1:23456`; any credentials and any region show the same tables. */
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Says why DynamoDB Local cannot be run on this machine (JDK 17, once Maven), or undefined when it can. */
export function noDynamoDbLocal(): Promise<string | undefined> {
  return dynamoDbLocalProblem(cacheDirectory());
}

/**
 * Starts DynamoDB Local on a free loopback port and returns when it answers; fetches it first where it is not cached.
 *
 * @throws when Java or Maven is missing, or when it does not answer within a minute
 */
export async function startDynamoDbLocal(
  options: DynamoDbLocalOptions = {},
): Promise<DynamoDbLocal> {
  const folder = await ensureDynamoDbLocal({
    cacheDirectory: cacheDirectory(),
    progress: options.progress ?? standardErrorProgress(),
  });
  const [port = 0] = pickPorts(1, { random: Math.random, isFree: isLoopbackPortFree });
  const java = spawn(folder, port, options);
  const endpoint = `http://127.0.0.1:${port}`;
  let ended: number | undefined;
  java.exited.then((code) => ended = code);
  const stop = async () => void await java.stop("SIGKILL");
  try {
    await until("DynamoDB Local to answer", START_DEADLINE_MS, async () => {
      if (ended !== undefined) throw new Error(`DynamoDB Local ended with exit code ${ended}`);
      return await answers(endpoint) ? true : undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  // Its owner may end while it goes on.
  if (options.livesWith !== undefined) java.unref();
  return { endpoint, pid: java.pid, stop, [Symbol.asyncDispose]: stop };
}

function spawn(
  folder: string,
  port: number,
  { logFile = "/dev/null", livesWith }: DynamoDbLocalOptions,
): TetheredProcess {
  return spawnTethered({
    command: [
      ...["java", "-Xmx512m", `-Djava.library.path=${folder}`, "-cp", `${folder}/*`],
      "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
      // One set of tables, whoever asks; and no word to anybody outside.
      ...["-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)],
    ],
    // It writes a file with its own settings to where it is started.
    cwd: folder,
    logFile,
    livesWith,
  });
}

/** Whether something at this address speaks DynamoDB's protocol; it is asked without a signature and says so. */
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
    // Nothing listens there yet.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
