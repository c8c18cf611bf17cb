// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { informerCheck } from "../reconcile/engine/informer_health.ts";
import { healthPages, type ReadyCheck } from "./health.ts";
import { serveHttp } from "./http_server.ts";
import type { InformerState } from "../kube/informer.ts";

const informer = {
  state: (): InformerState => "synced",
  silentForMs: () => 1_000,
  problem: (): unknown => undefined,
};

async function read(checks: ReadyCheck[], path: string): Promise<[number, string]> {
  const server = serveHttp({ hostname: "127.0.0.1", port: 0 }, healthPages(() => checks));
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  } finally {
    await server.close();
  }
}

Deno.test("the process is ready when every informer is in sync and receives events", async () => {
  assertEquals(await read([informerCheck("pods", informer)], "/readyz"), [
    200,
    "[+] informer/pods ok\nready\n",
  ]);
});

Deno.test("the page lists each failing check with its reason", async () => {
  const checks = [
    informerCheck("pods", { ...informer, state: () => "starting", silentForMs: () => Infinity }),
    informerCheck("services", { ...informer, silentForMs: () => 200_000 }),
    informerCheck("roles", {
      ...informer,
      state: () => "starting",
      problem: () => new Error("forbidden"),
    }),
    informerCheck("secrets", informer),
  ];
  assertEquals(await read(checks, "/readyz"), [
    503,
    "[-] informer/pods: not in sync yet\n" +
    "[-] informer/services: received nothing for 200 s\n" +
    "[-] informer/roles: not in sync yet: forbidden\n" +
    "[+] informer/secrets ok\nnot ready\n",
  ]);
});

Deno.test("a check that passes shows its remark, and verbose checks appear only with ?verbose", async () => {
  const refused = { ...informer, problem: () => new Error("no permission") };
  const checks = [
    informerCheck("pods", { ...refused, state: () => "absent" }),
    informerCheck("roles", { ...refused, state: () => "forbidden" }),
    { name: "controller/x", verbose: true, problem: () => undefined, note: () => "idle, no CRD" },
  ];
  const short = "[+] informer/pods ok: not served by the API server\n" +
    "[+] informer/roles ok: not permitted: no permission\n";
  assertEquals(await read(checks, "/readyz"), [200, `${short}ready\n`]);
  assertEquals(await read(checks, "/readyz?verbose"), [
    200,
    `${short}[+] controller/x ok: idle, no CRD\nready\n`,
  ]);
});

Deno.test("an absent or forbidden kind that is required fails the check", async () => {
  const refused = { ...informer, state: (): InformerState => "absent" };
  assertEquals(await read([informerCheck("leases", refused, true)], "/readyz"), [
    503,
    "[-] informer/leases: not served by the API server\nnot ready\n",
  ]);
});

Deno.test("the health page does not depend on readiness", async () => {
  const check = { name: "x", problem: () => "broken" };
  assertEquals(await read([check], "/healthz"), [200, "ok\n"]);
  assertEquals((await read([check], "/other"))[0], 404);
});
