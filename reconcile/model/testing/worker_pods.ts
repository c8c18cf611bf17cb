import { type Clock, delay } from "../../../kube/clock.ts";
import {
  type Answer,
  type ScriptedServer,
  scriptedServer,
} from "../../../kube/testing/scripted_server.ts";
import type { Endpoint } from "../endpoints.ts";
import type { Send } from "../worker_api.ts";
import { endpoint } from "./models.ts";

/** How a worker answers. Only workers with behaviour `works` or `slow` load and unload adapters. */
export type Behaviour = "works" | "slow" | "fails" | "reportsError" | "hangs" | "cuts" | "garbage";

/** Time in milliseconds after which a slow worker answers. */
const SLOW_MS = 4_000;

/** An HTTP server on this machine that acts as a worker. */
export interface WorkerPod {
  readonly endpoint: Endpoint;
  behaviour: Behaviour;
  /** Names of the loaded adapters, with the location of their weights. */
  readonly loaded: Map<string, string>;
  /** Returns how many requests with this method the worker has received. */
  count(method: "POST" | "DELETE"): number;
}

export interface WorkerPods extends AsyncDisposable {
  readonly workers: readonly WorkerPod[];
  /** Sends a request for the address of a worker to the worker's server. A request to any other address fails. */
  readonly send: Send;
  /** Addresses of all requests, including addresses without a worker. */
  readonly addresses: ReadonlySet<string>;
  /** Returns the number of open requests that end only when the clock advances. */
  waiting(): number;
}

/** Starts workers `worker-001` to `worker-N`. Initially, each worker has behaviour `works`. */
export function startWorkerPods(count: number, clock: Clock): WorkerPods {
  const addresses = new Set<string>();
  const servers = new Map<string, ScriptedServer>();
  let waiting = 0;

  async function wait(time: Promise<void>): Promise<void> {
    waiting++;
    await time;
    waiting--;
  }

  async function respond(
    { behaviour, loaded }: WorkerPod,
    { method, path, body }: { method: string; path: string; body: string },
    answer: Answer,
  ): Promise<void> {
    switch (behaviour) {
      case "fails":
        return await answer.json(500, { status: "error", message: `failed at ${Math.random()}` });
      case "reportsError":
        return await answer.json(200, { status: "error", message: "no space left" });
      case "hangs":
        return await wait(answer.hang());
      case "cuts":
        return answer.cut();
      case "garbage":
        return await answer.text(502, "\u0000<garbage>".repeat(100));
      case "slow":
        await wait(delay(clock, SLOW_MS));
    }
    if (method === "POST") {
      const { lora_name, source } = JSON.parse(body);
      loaded.set(lora_name, source.uri);
    } else loaded.delete(path.slice("/v1/loras/".length));
    await answer.json(200, { status: "success" });
  }

  const workers = Array.from({ length: count }, (_, index) => {
    const worker: WorkerPod = {
      endpoint: endpoint(index + 1),
      behaviour: "works",
      loaded: new Map(),
      count: (method) => server.requests.filter((request) => request.method === method).length,
    };
    const server = scriptedServer((request, answer) => respond(worker, request, answer));
    servers.set(worker.endpoint.ip, server);
    return worker;
  });
  return {
    workers,
    addresses,
    waiting: () => waiting,
    send(url, init) {
      const { hostname, host, pathname } = new URL(url);
      addresses.add(host);
      const server = servers.get(hostname);
      if (!server) return Promise.reject(new TypeError("Connection refused"));
      return fetch(`${server.url}${pathname}`, init);
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server.close();
    },
  };
}
