// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { runDeletion } from "./run_deletion.ts";

const HOUR_MS = 3_600_000;

/** Converts the date of an AWS request signature, such as `20240131T235959Z`, to milliseconds since 1970. */
function signedAtMs(text: string): number {
  return Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

Deno.test("the client corrects a clock skew of one hour once, by the Date header of the response", async () => {
  const signed: number[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    signed.push(signedAtMs(request.headers.get("x-amz-date") ?? ""));
    const error = signed.length === 1 ? "InvalidSignatureException" : "ResourceNotFoundException";
    return Response.json({ __type: `x#${error}`, message: "Signature expired" }, {
      status: 400,
      headers: { date: new Date(Date.now() + HOUR_MS).toUTCString() },
    });
  });
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  const report = await runDeletion({ endpoint, table: "Orders" });
  assertEquals([report.outcome, signed.length], ["TableNotFound", 2]);
  const [first = 0, second = 0] = signed;
  assert(Math.abs(second - first - HOUR_MS) < 60_000, `${second - first} ms`);
  await server.shutdown();
});
