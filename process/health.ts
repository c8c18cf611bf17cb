import type { Page } from "./http_server.ts";

/** Readiness check. */
export interface ReadyCheck {
  /** For example `informer/deployments.apps`. */
  name: string;
  /** Returns why the check fails, undefined if it passes. */
  problem(): string | undefined;
}

/**
 * Returns the pages for the probes. `/healthz` answers whenever the event loop responds. `/readyz` answers 200 if all
 * checks pass and 503 otherwise, and lists the checks with their problems.
 *
 * @param checks called for each request, so that the caller can add checks later
 */
export function healthPages(checks: () => Iterable<ReadyCheck>): Record<string, Page> {
  return {
    "/healthz": () => new Response("ok\n"),
    "/readyz": () => {
      const lines: string[] = [];
      let ready = true;
      for (const { name, problem } of checks()) {
        const reason = problem();
        ready &&= reason === undefined;
        lines.push(reason === undefined ? `[+] ${name} ok` : `[-] ${name}: ${reason}`);
      }
      lines.push(ready ? "ready" : "not ready");
      return new Response(`${lines.join("\n")}\n`, { status: ready ? 200 : 503 });
    },
  };
}
