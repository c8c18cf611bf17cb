// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { firstAuthority, secondAuthority } from "../../kube/testing/authorities.ts";
import { spawnDeletion } from "../support/deletion_process.ts";

/** Runs a deletion against an endpoint that denies each request. Returns the report and the duration. */
async function run(scheme: string, options: Partial<Deno.TlsCertifiedKeyPem>, env = {}) {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...options },
    () => {
      const __type = "com.amazonaws.dynamodb.v20120810#AccessDeniedException";
      return Response.json({ __type, message: "not you" }, { status: 400 });
    },
  );
  const endpoint = `${scheme}://127.0.0.1:${server.addr.port}`;
  const startedMs = performance.now();
  const { stdout } = await spawnDeletion({
    args: ["-t", "Orders", "-s", "-e", endpoint],
    env: { PARTITION_VALUE: "t-1", ...env },
  }).ended;
  const { outcome, message } = JSON.parse(stdout);
  return { outcome, message, endpoint, durationMs: performance.now() - startedMs };
}

const { cert, key } = firstAuthority;

Deno.test("an endpoint with a certificate of an unknown CA fails at once, and the message names it", async () => {
  const { outcome, message, endpoint, durationMs } = await run("https", { cert, key });
  assertEquals(outcome, "InvalidEndpoint");
  assertStringIncludes(message, "UnknownIssuer");
  assertStringIncludes(message, endpoint);
  assertEquals(durationMs < 30_000, true);
});

Deno.test("an endpoint without TLS behind https fails at once, and the message names it", async () => {
  const { outcome, message, endpoint, durationMs } = await run("https", {});
  assertEquals(outcome, "InvalidEndpoint");
  assertStringIncludes(message, endpoint);
  assertEquals(durationMs < 30_000, true);
});

Deno.test("a certificate of the CA in DENO_CERT is trusted", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, secondAuthority.ca + firstAuthority.ca);
  const { outcome } = await run("https", { cert, key }, { DENO_CERT: file });
  assertEquals(outcome, "AccessDenied");
});
