// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { spawnDeletion } from "../support/deletion_process.ts";

const KEYS = {
  AWS_ACCESS_KEY_ID: "AKIAPLANTEDKEY000001",
  AWS_SECRET_ACCESS_KEY: "plantedSecretAccessKey/000000000000000001",
  AWS_SESSION_TOKEN: "plantedSessionToken000000000000000000001",
};
const VALUE = "PLANTED-TENANT";
/** Texts that the program must not write: parts of the planted secrets, the signature and its header. */
const SECRETS = [...Object.values(KEYS), "lanted", "PLANTED", "AWS4-HMAC", "Signature="];

/** Returns a response that may quote the headers and the body of the request. */
type Respond = (quote: string, status?: number) => Response;

const amzError = (name: string): Respond => (quote, status = 400) =>
  Response.json({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: quote }, { status });

/** Responses of a server that quotes each request, and the outcome of the deletion. */
const servers: Record<string, { respond: Respond; outcome: string }> = {
  "a denial": { respond: amzError("AccessDeniedException"), outcome: "AccessDenied" },
  "an invalid token": { respond: amzError("UnrecognizedClientException"), outcome: "AccessDenied" },
  "a refused signature": {
    respond: amzError("InvalidSignatureException"),
    outcome: "AccessDenied",
  },
  "an expired token": { respond: amzError("ExpiredTokenException"), outcome: "CredentialsMissing" },
  "a validation error": { respond: amzError("ValidationException"), outcome: "InvalidKey" },
  "a missing table": { respond: amzError("ResourceNotFoundException"), outcome: "TableNotFound" },
  "an unknown error": { respond: amzError("SomethingNew"), outcome: "InternalError" },
  "a page with status 200": { respond: page(200), outcome: "InvalidEndpoint" },
  "a page with status 403": { respond: page(403), outcome: "AccessDenied" },
  "a page with status 404": { respond: page(404), outcome: "InvalidEndpoint" },
  "an empty object": { respond: () => Response.json({}), outcome: "InvalidEndpoint" },
};

function page(status: number): Respond {
  return (quote) => new Response(`<html>${quote}</html>`, { status });
}

/** Runs a deletion against a server. Returns the exit code, everything that the program wrote, and its final report. */
async function run(respond: Respond, keys: Record<string, string> = KEYS) {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const headers = [...request.headers].map((header) => header.join(": ")).join("; ");
      return respond(`key ${headers} ${await request.text()}`);
    },
  );
  const terminationLog = await Deno.makeTempFile();
  const args = [
    "--table-name=Orders",
    `--endpoint-url=http://127.0.0.1:${server.addr.port}`,
    "--region=eu-west-1",
    "--skip-confirmation",
    "--log-level=debug",
  ];
  const options = { args, terminationLog, env: { PARTITION_VALUE: VALUE, ...keys } };
  const process = spawnDeletion(options);
  const commandLine = await Deno.readTextFile(`/proc/${process.pid}/cmdline`);
  const { code, stdout, stderr } = await process.ended;
  const written = [commandLine, stdout, stderr, await Deno.readTextFile(terminationLog)];
  return { code, written: written.join("\n"), report: JSON.parse(stdout) };
}

function assertNoSecrets(written: string) {
  for (const secret of SECRETS) assert(!written.includes(secret), `"${secret}" in:\n${written}`);
}

for (const [name, { respond, outcome }] of Object.entries(servers)) {
  Deno.test(`no output contains a secret after ${name} that quotes the request`, async () => {
    const { report, written } = await run(respond);
    assertEquals(report.outcome, outcome, written);
    assertNoSecrets(written);
  });
}

Deno.test("no output contains credentials that cannot be sent, and the program sends no request", async () => {
  for (const name of Object.keys(KEYS)) {
    let requests = 0;
    const { report, written, code } = await run(() => {
      requests++;
      return Response.json({});
    }, { ...KEYS, [name]: `planted\nPLANTED` });
    assertEquals([report.outcome, code, requests], ["CredentialsMissing", 3, 0], written);
    assertNoSecrets(written);
  }
});

Deno.test("a redirect is not followed, so that no other server receives the session token", async () => {
  let requests = 0;
  await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    requests++;
    return Response.json({});
  });
  const location = `http://127.0.0.1:${other.addr.port}/`;
  for (const status of [301, 302, 307, 308]) {
    const { report, code } = await run(() => new Response(null, { status, headers: { location } }));
    assertEquals([report.outcome, code, requests], ["InvalidEndpoint", 3, 0]);
  }
});
