import { MALLOC_ENV, V8_FLAGS } from "../../process/memory.ts";
import { spawnTethered } from "../../devcluster/tethered_process.ts";
import { firstAuthority } from "../../kube/testing/authorities.ts";
import { scriptedServer } from "../../kube/testing/scripted_server.ts";
import { compileBundle } from "../binary/compile_bundle.ts";
import { canSimulatePod, commandInPod } from "../binary/simulated_pod.ts";
import { median } from "./median.ts";

/** From the start of the process until the API server gets its first list, in a pod; medians. */
export interface StartFigures {
  /** Of the code that is in the binary, without any cache of compiled code. */
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

/** Starts the operator several times in each form, in turns. */
export async function measureStart(): Promise<StartFigures> {
  if (!await canSimulatePod()) {
    throw new Error(
      "unshare(1) cannot make a mount namespace here, so there is no place like a pod",
    );
  }
  const out = await Deno.makeTempDir();
  try {
    const bundle = (await compileBundle(out)).command;
    const times = { bundle: [] as number[], source: [] as number[] };
    for (let turn = 0; turn < STARTS; turn++) {
      times.bundle.push(await secondsToFirstList(bundle));
      times.source.push(await secondsToFirstList(FROM_SOURCE));
    }
    return {
      bundleSeconds: median(times.bundle),
      sourceSeconds: median(times.source),
      starts: STARTS,
    };
  } finally {
    await Deno.remove(out, { recursive: true });
  }
}

/**
 * Starts an operator in a pod's place and kills it when the API server has got its first list.
 *
 * @param command without its arguments
 * @throws when none comes for half a minute, with what the operator said
 */
export async function secondsToFirstList(command: readonly string[]): Promise<number> {
  const account = await Deno.makeTempDir();
  const first = Promise.withResolvers<number>();
  const server = scriptedServer(async ({ method, path, query }, answer) => {
    if (path === "/version") return await answer.json(200, { major: "1", minor: "35" });
    // The whole of a kind is asked for in pages or as a stream (KEP-3157).
    const isList = query.has("limit") || query.has("sendInitialEvents");
    if (method === "GET" && isList) first.resolve(performance.now());
    await answer.status(503, "ServiceUnavailable");
  }, firstAuthority);
  const deadline = setTimeout(() => first.reject(new Error("no list came")), DEADLINE_MS);
  const logFile = `${account}/log`;
  try {
    const files = { token: "token", "ca.crt": firstAuthority.ca, namespace: "dynamo-system" };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${account}/${name}`, text);
    }
    const { hostname, port } = new URL(server.url);
    const startedMs = performance.now();
    const operator = spawnTethered({
      command: [
        ...commandInPod(account, command),
        ...["run", "--metrics-bind-address=0", "--health-probe-bind-address=0"],
      ],
      env: { ...MALLOC_ENV, KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
      logFile,
    });
    try {
      return (await first.promise - startedMs) / 1000;
    } catch (cause) {
      throw new Error(`The operator does not start:\n${await Deno.readTextFile(logFile)}`, {
        cause,
      });
    } finally {
      await operator.stop("SIGKILL");
    }
  } finally {
    clearTimeout(deadline);
    await server.close();
    await Deno.remove(account, { recursive: true });
  }
}
