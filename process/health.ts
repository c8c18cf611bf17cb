import type { Page } from "./http_server.ts";

/** Something that must be in order before the program counts as ready. */
export interface ReadyCheck {
  /** `informer/deployments.apps` and the like. */
  name: string;
  /** What is not in order, or undefined. */
  problem(): string | undefined;
}

/**
 * The probe pages: `/healthz` answers whenever the event loop turns; `/readyz` only says yes when every check is in
 * order, else 503, and names each check and its problem either way.
 *
 * @param checks read at each request, so it may grow
 */
export function healthPages(checks: () => Iterable<ReadyCheck>): Record<string, Page> {
  return {
    "/healthz": () => new Response("ok\n"),
    "/readyz": () => {
      const lines: string[] = [];
      let ready = true;
      for (const { name, problem } of checks()) {
        const what = problem();
        ready &&= what === undefined;
        lines.push(what === undefined ? `[+] ${name} ok` : `[-] ${name}: ${what}`);
      }
      lines.push(ready ? "ready" : "not ready");
      return new Response(`${lines.join("\n")}\n`, { status: ready ? 200 : 503 });
    },
  };
}
