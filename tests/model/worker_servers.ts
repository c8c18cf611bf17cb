import { type ScriptedServer, scriptedServer } from "../../kube/testing/scripted_server.ts";
import type { Send } from "../../reconcile/model/worker_api.ts";

/** HTTP servers in place of the workers in pods. The first request to an address starts the server of this address. */
export interface WorkerServers extends AsyncDisposable {
  readonly send: Send;
  /** Addresses whose workers report an error. */
  readonly failing: Set<string>;
  /** Addresses whose workers do not respond. */
  readonly hanging: Set<string>;
  /** Returns the requests to an address so far, such as `POST /v1/loras`. */
  requests(ip: string): string[];
  /** Returns all addresses that have received a request. */
  called(): string[];
}

export function startWorkerServers(): WorkerServers {
  const servers = new Map<string, ScriptedServer>();
  const failing = new Set<string>();
  const hanging = new Set<string>();

  function serverOf(ip: string): ScriptedServer {
    const server = servers.get(ip) ?? scriptedServer((_request, answer) => {
      if (hanging.has(ip)) return answer.hang();
      if (failing.has(ip)) return answer.json(200, { status: "error", message: "no space left" });
      return answer.json(200, { status: "success" });
    });
    servers.set(ip, server);
    return server;
  }

  return {
    failing,
    hanging,
    send(url, init) {
      const { hostname, pathname } = new URL(url);
      return fetch(`${serverOf(hostname).url}${pathname}`, init);
    },
    requests: (ip) =>
      (servers.get(ip)?.requests ?? []).map(({ method, path }) => `${method} ${path}`),
    called: () => [...servers.keys()].sort(),
    async [Symbol.asyncDispose]() {
      for (const server of servers.values()) await server.close();
    },
  };
}
