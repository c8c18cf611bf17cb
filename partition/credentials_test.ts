// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Connection } from "./connection.ts";
import { credentialProvider, credentialSource } from "./credentials.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { createRedactor } from "./redactor.ts";

const aws: Connection = { region: "eu-west-1", aws: true, fips: false, dualStack: false };
const local: Connection = { ...aws, aws: false, endpoint: "http://localhost:8000" };
const from = (values: Record<string, string>) => (name: string) => values[name];

const SECRET = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "secret" };
const IRSA = { AWS_WEB_IDENTITY_TOKEN_FILE: "/var/token", AWS_ROLE_ARN: "arn:aws:iam::1:role/r" };
const POD_IDENTITY = { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials" };

Deno.test("credentials come from a Secret, IRSA or Pod Identity, in this order", () => {
  assertEquals(credentialSource(aws, from({ ...SECRET, ...IRSA, ...POD_IDENTITY })), "environment");
  assertEquals(credentialSource(aws, from({ ...IRSA, ...POD_IDENTITY })), "webIdentity");
  assertEquals(credentialSource(aws, from(POD_IDENTITY)), "container");
  assertEquals(
    credentialSource(aws, from({ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/x" })),
    "container",
  );
  assertEquals(credentialSource(local, from(SECRET)), "environment");
});

Deno.test("a credential source with only one of its two environment variables is ignored", () => {
  const { AWS_ACCESS_KEY_ID } = SECRET;
  assertEquals(credentialSource(aws, from({ AWS_ACCESS_KEY_ID, ...POD_IDENTITY })), "container");
});

Deno.test("placeholder credentials are used for DynamoDB Local, and are never used for AWS", () => {
  const failure = assertThrows(() => credentialSource(aws, from({})), DeletionFailure);
  assertEquals([failure.outcome, failure.retryable], ["CredentialsMissing", false]);
  assert(failure.message.includes("Secret"));
  assertEquals(credentialSource(local, from({})), "placeholder");
});

/** Returns the error that the credential provider of this source throws in this environment. */
async function providerError(
  source: "environment" | "container",
  env: Record<string, string>,
): Promise<Error> {
  // The SDK reads these variables from the environment of the process, not from the option `env`.
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    const options = { userAgent: "test/0", env: from(env), redactor: createRedactor() };
    return await assertRejects(() => credentialProvider(source, aws, options)(), Error);
  } finally {
    for (const name of Object.keys(env)) Deno.env.delete(name);
  }
}

Deno.test("credentials with a space or a line break are refused by name, and their value is not in the message", async () => {
  const valid = { ...SECRET, AWS_SESSION_TOKEN: "SESSIONTOKEN" };
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) {
    for (const value of ["PLANTEDVALUE\n", " PLANTEDVALUE", "PLANTED\nVALUE", "PLANTEDVALUÉ"]) {
      const error = await providerError("environment", { ...valid, [name]: value });
      assert(error instanceof DeletionFailure);
      assertEquals([error.outcome, error.retryable], ["CredentialsMissing", false]);
      assert(error.message.includes(name) && !error.message.includes("PLANTED"), error.message);
    }
  }
});

Deno.test("an invalid token for the container credentials is not in the message", async () => {
  const error = await providerError("container", {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/credentials",
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "PLANTED\nTOKEN",
  });
  assertEquals(error.name, "CredentialsProviderError");
  assert(!error.message.includes("PLANTED"), error.message);
});
