// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Cluster } from "../../devcluster/cluster.ts";
import { isLoopbackPortFree, pickPorts } from "../../devcluster/instance/ports.ts";
import { MEMORY_ENV } from "../../process/memory.ts";
import { spawnTethered } from "../../devcluster/tethered_process.ts";
import { eventually } from "../support/eventually.ts";
import { PLANNER_ROLE } from "../support/installation.ts";
import { probe } from "../support/http_probe.ts";

/** An operator process that runs the bundle: the JavaScript code of the compiled binary. Disposal kills the process. */
export interface BundleOperator extends AsyncDisposable {
  /** Sends SIGTERM and returns the exit code. */
  stop(): Promise<number>;
  log(): Promise<string>;
}

/**
 * Starts an operator from the bundle, and waits until the operator is ready.
 *
 * @param command program and arguments, including the flags that locate the API server
 */
export async function startBundle(
  cluster: Cluster,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<BundleOperator> {
  const [metrics, health] = pickPorts(2, { random: Math.random, isFree: isLoopbackPortFree });
  const logFile = `${cluster.folder}/logs/bundle-${crypto.randomUUID().slice(0, 8)}.log`;
  const log = () => Deno.readTextFile(logFile);
  const { stop } = spawnTethered({
    command: [
      ...command,
      `--planner-cluster-role-name=${PLANNER_ROLE}`,
      `--metrics-bind-address=127.0.0.1:${metrics}`,
      `--health-probe-bind-address=127.0.0.1:${health}`,
    ],
    env: { ...MEMORY_ENV, ...env },
    logFile,
  });
  try {
    await eventually(async () => {
      const { status, text } = await probe(`http://127.0.0.1:${health}/readyz`);
      assertEquals(status, 200, text);
    });
  } catch (cause) {
    await stop("SIGKILL");
    throw new Error(`The operator did not become ready:\n${await log()}`, { cause });
  }
  return {
    stop: () => stop("SIGTERM"),
    log,
    [Symbol.asyncDispose]: async () => void await stop("SIGKILL"),
  };
}
