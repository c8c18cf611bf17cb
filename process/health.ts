import type { Page } from "./http_server.ts";

/** Readiness check. */
export interface ReadyCheck {
  /** For example `informer/deployments.apps`. */
  name: string;
  /** Returns why the check fails, undefined if it passes. */
  problem(): string | undefined;
  /** Returns a remark on a check that passes. */
  note?(): string | undefined;
  /** Whether the page shows the check only with the query `verbose`. */
  verbose?: boolean;
}

/**
 * Returns the pages for the probes. `/healthz` answers whenever the event loop responds. `/readyz` answers 200 if all
 * checks pass and 503 otherwise, and lists the checks with their problems; `/readyz?verbose` lists further ones.
 *
 * @param checks called for each request, so that the caller can add checks later
 */
export function healthPages(checks: () => Iterable<ReadyCheck>): Record<string, Page> {
  return {
    "/healthz": () => new Response("ok\n"),
    "/readyz": (request) => {
      const isVerbose = new URL(request.url).searchParams.has("verbose");
      const lines: string[] = [];
      let ready = true;
      for (const { name, problem, note, verbose } of checks()) {
        const reason = problem();
        ready &&= reason === undefined;
        if (verbose && !isVerbose && reason === undefined) continue;
        const remark = note?.();
        const passed = `[+] ${name} ok${remark === undefined ? "" : `: ${remark}`}`;
        lines.push(reason === undefined ? passed : `[-] ${name}: ${reason}`);
      }
      lines.push(ready ? "ready" : "not ready");
      return new Response(`${lines.join("\n")}\n`, { status: ready ? 200 : 503 });
    },
  };
}
