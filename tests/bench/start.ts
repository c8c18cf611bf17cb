import { MEMORY_ENV, V8_FLAGS } from "../../process/memory.ts";
import { spawnTethered } from "../../devcluster/tethered_process.ts";
import { firstAuthority } from "../../kube/testing/authorities.ts";
import { scriptedServer } from "../../kube/testing/scripted_server.ts";
import { canSimulatePod, commandInPod } from "../binary/simulated_pod.ts";
import { median } from "./median.ts";

/** Median times from the start of an operator in a pod until the API server receives its first list request. */
export interface StartFigures {
  /**
   * Median start time of the bundle (the JavaScript code in the compiled binary) without V8's cache of compiled code.
   */
  bundleSeconds: number;
  sourceSeconds: number;
  starts: number;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const STARTS = 7;
const DEADLINE_MS = 30_000;
const FROM_SOURCE = [
  ...[Deno.execPath(), "run", "--no-prompt", `--v8-flags=${V8_FLAGS}`],
  ...["-P=binary", `--config=${ROOT}deno.json`, `${ROOT}main.ts`],
];

/**
 * Starts the operator several times, alternately from the bundle and from source.
 *
 * @param bundle program and options of the bundle
 */
export async function measureStart(bundle: readonly string[]): Promise<StartFigures> {
  if (!await canSimulatePod()) {
    throw new Error(
      "Cannot measure the start in a pod: unshare(1) cannot create a mount namespace here",
    );
  }
  const times = { bundle: [] as number[], source: [] as number[] };
  for (let round = 0; round < STARTS; round++) {
    times.bundle.push(await secondsToFirstList(bundle));
    times.source.push(await secondsToFirstList(FROM_SOURCE));
  }
  return {
    bundleSeconds: median(times.bundle),
    sourceSeconds: median(times.source),
    starts: STARTS,
  };
}

/**
 * Returns the seconds from the start of an operator in a simulated pod until a simulated API server receives its first
 * list request. Then kills the operator.
 *
 * @param command program and options; this function appends the arguments of the operator
 * @throws if the request does not arrive within half a minute; the error contains the operator's log
 */
export async function secondsToFirstList(command: readonly string[]): Promise<number> {
  const folder = await Deno.makeTempDir();
  const first = Promise.withResolvers<number>();
  const server = scriptedServer(async ({ method, path, query }, answer) => {
    if (path === "/version") return await answer.json(200, { major: "1", minor: "35" });
    // An operator lists objects either in pages (`limit`) or by a streaming watch (`sendInitialEvents`, KEP-3157).
    const isList = query.has("limit") || query.has("sendInitialEvents");
    if (method === "GET" && isList) first.resolve(performance.now());
    await answer.status(503, "ServiceUnavailable");
  }, firstAuthority);
  const deadline = setTimeout(
    () => first.reject(new Error("The operator sent no list request")),
    DEADLINE_MS,
  );
  const logFile = `${folder}/log`;
  try {
    const files = { token: "token", "ca.crt": firstAuthority.ca, namespace: "dynamo-system" };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const { hostname, port } = new URL(server.url);
    const startedMs = performance.now();
    const operator = spawnTethered({
      command: [
        ...commandInPod(folder, command),
        ...["run", "--metrics-bind-address=0", "--health-probe-bind-address=0"],
      ],
      env: { ...MEMORY_ENV, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      logFile,
    });
    try {
      return (await first.promise - startedMs) / 1000;
    } catch (cause) {
      throw new Error(`Cannot start the operator:\n${await Deno.readTextFile(logFile)}`, {
        cause,
      });
    } finally {
      await operator.stop("SIGKILL");
    }
  } finally {
    clearTimeout(deadline);
    await server.close();
    await Deno.remove(folder, { recursive: true });
  }
}
