// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  createTable,
  dynamoDbEndpoint,
  keySchema,
  noDynamoDb as ignore,
  numbered,
} from "../support/dynamodb.ts";
import { type DeletionProcessOptions, spawnDeletion } from "../support/deletion_process.ts";
import { type ChooseFault, startFaultProxy } from "./fault_proxy.ts";

const TENANT = { S: "TENANT" };
const ITEMS = 300;

/**
 * Runs delete-partition on a filled table. Returns its result, including the access keys that it used, in order of use.
 */
async function run(env: Record<string, string>, choose: ChooseFault = () => undefined) {
  const table = await createTable(keySchema());
  await table.put(numbered(ITEMS, TENANT));
  const used: string[] = [];
  await using proxy = await startFaultProxy(dynamoDbEndpoint, (passing) => {
    if (used.at(-1) !== passing.accessKeyId) used.push(passing.accessKeyId);
    return choose(passing);
  });
  const tokenFile = env["AWS_WEB_IDENTITY_TOKEN_FILE"] ??
    env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const options: DeletionProcessOptions = {
    args: [`--table-name=${table.name}`, "-s"],
    env: { PARTITION_VALUE: "TENANT", AWS_ENDPOINT_URL: proxy.endpoint, ...env },
    ...(tokenFile && { tokenFile }),
  };
  const { code, stdout, stderr } = await spawnDeletion(options).ended;
  return {
    code,
    report: JSON.parse(stdout || "{}"),
    stderr,
    used,
    left: await table.count(TENANT),
  };
}

/** Starts a server like the EKS Pod Identity agent. It returns new credentials for each request with this token. */
function serveCredentials(lifeMs: number, token: string) {
  let served = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    if (request.headers.get("authorization") !== token) return new Response("", { status: 401 });
    return Response.json({
      AccessKeyId: `POD${++served}`,
      SecretAccessKey: "secret",
      Token: "token",
      Expiration: new Date(Date.now() + lifeMs).toISOString().replace(/\.\d+Z$/, "Z"),
    });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/v1/credentials`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("requests are signed with the keys of the Secret (defect 5)", { ignore }, async () => {
  const { code, used, left } = await run({
    AWS_ACCESS_KEY_ID: "AKIASECRET",
    AWS_SECRET_ACCESS_KEY: "secret",
  });
  assertEquals([code, left, used.join()], [0, 0, "AKIASECRET"]);
});

Deno.test("credentials of Pod Identity are renewed when they expire during the deletion", {
  ignore,
}, async () => {
  await using agent = serveCredentials(3_600_000, "the-pod's-token");
  await using token = await tokenFileWith("the-pod's-token");
  let batches = 0;
  const { code, report, used, left } = await run({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: agent.url,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token.path,
  }, ({ operation, accessKeyId }) => {
    if (operation === "BatchWriteItem") batches++;
    return batches > 4 && accessKeyId === "POD1"
      ? { error: "ExpiredTokenException", status: 400 }
      : undefined;
  });
  assertEquals([code, report.outcome, report.itemsDeleted, left], [0, "Deleted", ITEMS, 0]);
  assert(used.includes("POD1") && used.includes("POD2"), used.join());
  assert(!used.includes("POD4"), `several requests renewed the credentials: ${used.join()}`);
});

/** Starts a server like AWS STS. The server returns new credentials for each request and records the request. */
function serveRoles() {
  const requests: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      requests.push(await request.text());
      return new Response(
        `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials>
          <AccessKeyId>IRSA${requests.length}</AccessKeyId>
          <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
          <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
        </Credentials></AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>`,
        { headers: { "content-type": "text/xml" } },
      );
    },
  );
  return {
    requests,
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function tokenFileWith(token: string) {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, token);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path) };
}

/** Replaces a file atomically: writes a temporary file and renames it, as the kubelet does. */
async function replaceFile(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
}

Deno.test(
  "a role is assumed with the pod's web identity token, and later with the token that replaced it (defect 5)",
  { ignore },
  async () => {
    await using sts = serveRoles();
    await using token = await tokenFileWith("the-token");
    let replaced: Promise<void> | undefined;
    const { code, used, left, stderr } = await run({
      AWS_WEB_IDENTITY_TOKEN_FILE: token.path,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deleter",
      AWS_ENDPOINT_URL_STS: sts.url,
    }, async ({ operation, accessKeyId }) => {
      if (operation !== "BatchWriteItem" || accessKeyId !== "IRSA1") return undefined;
      // Several batches fail in parallel. The test replaces the token file only at the first failure.
      await (replaced ??= replaceFile(token.path, "a-newer-token"));
      return { error: "ExpiredTokenException", status: 400 };
    });
    assertEquals([code, left, used.includes("IRSA1"), used.at(-1)], [0, 0, true, "IRSA2"], stderr);
    const [first = "", second = ""] = sts.requests;
    assertStringIncludes(first, "WebIdentityToken=the-token");
    assertStringIncludes(second, "WebIdentityToken=a-newer-token");
  },
);

Deno.test("without credentials no request is sent, and no further attempt follows (defect 5)", async () => {
  const { code, stdout } = await spawnDeletion({
    args: ["-t", "Orders", "-s", "-r", "eu-west-1"],
    env: { PARTITION_VALUE: "TENANT" },
  }).ended;
  assertEquals([code, JSON.parse(stdout).outcome], [3, "CredentialsMissing"]);
});

Deno.test("without a region no request is sent, because the table may exist in several regions", async () => {
  const env = { PARTITION_VALUE: "TENANT", AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key" };
  const { code, stdout } = await spawnDeletion({ args: ["-t", "Orders", "-s"], env }).ended;
  assertEquals([code, JSON.parse(stdout).outcome], [3, "InvalidRegion"]);
});

Deno.test(
  "expired credentials that cannot be renewed lead to another attempt",
  { ignore },
  async () => {
    const { code, report, left } = await run({
      AWS_ACCESS_KEY_ID: "OLD",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
    }, () => ({ error: "ExpiredTokenException", status: 400 }));
    assertEquals([code, report.outcome, left], [1, "CredentialsMissing", ITEMS]);
  },
);
