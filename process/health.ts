import type { Page } from "./http_server.ts";

/** One readiness check of a process. */
export interface ReadyCheck {
  /** Name of the check, such as `informer/deployments.apps`. */
  name: string;
  /** Returns the reason why the check fails, or undefined if the check passes. */
  problem(): string | undefined;
  /** Returns a remark that `/readyz` shows if the check passes. */
  note?(): string | undefined;
  /** Whether only `/readyz?verbose` shows the check. */
  verbose?: boolean;
}

/**
 * Returns the HTTP pages for the probes of the kubelet. `/healthz` returns 200 while the event loop responds. `/readyz`
 * lists the checks. It returns 200 if all checks pass, otherwise 503. `/readyz?verbose` also lists verbose checks.
 *
 * @param checks returns the current checks; called for each request, so that the caller can add checks later
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
