import { fromEnv } from "@aws-sdk/credential-provider-env";
import { fromHttp } from "@aws-sdk/credential-provider-http";
import { fromTokenFile } from "@aws-sdk/credential-provider-web-identity";
import type { Connection, Env } from "./connection.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";
import type { Redactor } from "./redactor.ts";
import { sdkDefaults } from "./sdk_defaults.ts";

/** AWS credentials that sign requests. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Time when the credentials expire. Absent if the credential source does not report it. */
  expiration?: Date;
}

/** Credential source that the environment configures. */
export type CredentialSource = "environment" | "webIdentity" | "container" | "placeholder";

// Credential sources do not retry. If a source fails, the DynamoDB request fails, and `retry.ts` retries the request.
const STS_ATTEMPTS = 1;
const CONTAINER_RETRIES = 0;
const CONTAINER_TIMEOUT_MS = 2_000;

/**
 * Returns the first configured credential source, in the order of the AWS SDKs: environment variables (a Secret), web
 * identity (IRSA), the container endpoint (EKS Pod Identity, ECS). Profile files, SSO and instance metadata are not
 * supported. If no source is configured, placeholder credentials are used for an endpoint outside AWS.
 *
 * @throws {DeletionFailure} CredentialsMissing if no source is configured and the endpoint belongs to AWS
 */
export function credentialSource({ aws }: Connection, env: Env): CredentialSource {
  if (env("AWS_ACCESS_KEY_ID") && env("AWS_SECRET_ACCESS_KEY")) return "environment";
  if (env("AWS_WEB_IDENTITY_TOKEN_FILE") && env("AWS_ROLE_ARN")) return "webIdentity";
  if (
    env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") || env("AWS_CONTAINER_CREDENTIALS_FULL_URI")
  ) return "container";
  if (!aws) return "placeholder";
  throw new DeletionFailure(
    "CredentialsMissing",
    "Cannot find AWS credentials: provide a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
      "or a ServiceAccount with an IAM role (IRSA or EKS Pod Identity)",
  );
}

/** Name of each part of the credentials, as shown in messages. */
const PARTS = {
  accessKeyId: "access key ID (AWS_ACCESS_KEY_ID)",
  secretAccessKey: "secret access key (AWS_SECRET_ACCESS_KEY)",
  sessionToken: "session token (AWS_SESSION_TOKEN)",
} as const;

/**
 * Returns the credential provider of a source. Each call of the provider reads the source again, and adds the
 * credentials to the redactor before it returns them.
 *
 * The provider throws CredentialsMissing for credentials with a space, a line break or another character that HTTP
 * headers cannot contain. Usually, a user has created the Secret from a file with a line break at the end.
 */
export function credentialProvider(
  source: CredentialSource,
  connection: Connection,
  { userAgent, env, redactor }: { userAgent: string; env: Env; redactor: Redactor },
): () => Promise<Credentials> {
  redactor.add([env("AWS_CONTAINER_AUTHORIZATION_TOKEN")]);
  const provide = sdkProvider(source, connection, userAgent, env("AWS_ENDPOINT_URL_STS"));
  return async () => {
    try {
      const credentials = await provide();
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      redactor.add([accessKeyId, secretAccessKey, sessionToken]);
      check({ accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) });
      return credentials;
    } catch (error) {
      // Errors from STS have `$metadata`, and `classifyError` recognizes their names. All other errors get the name
      // CredentialsProviderError, which `classifyError` also recognizes.
      if (error instanceof DeletionFailure) throw error;
      if (!(error instanceof Error) || "$metadata" in error) throw error;
      throw Object.assign(new Error(describeError(error)), { name: "CredentialsProviderError" });
    }
  };
}

function check(credentials: Partial<Record<keyof typeof PARTS, string>>): void {
  for (const part of ["accessKeyId", "secretAccessKey", "sessionToken"] as const) {
    const value = credentials[part];
    if (value === undefined || /^[\x21-\x7e]+$/.test(value)) continue;
    throw new DeletionFailure(
      "CredentialsMissing",
      `Cannot use the ${
        PARTS[part]
      }: it contains a space, a line break or another character that is not printable ASCII; ` +
        "remove this character at the source, for example a line break at the end of the Secret's value",
    );
  }
}

function sdkProvider(
  source: CredentialSource,
  { region, fips, dualStack }: Connection,
  userAgent: string,
  stsEndpoint: string | undefined,
): () => Promise<Credentials> {
  switch (source) {
    case "environment":
      return fromEnv();
    case "webIdentity":
      return fromTokenFile({
        clientConfig: {
          ...sdkDefaults(userAgent),
          region,
          ...(stsEndpoint && { endpoint: stsEndpoint }),
          useFipsEndpoint: fips,
          useDualstackEndpoint: dualStack,
          maxAttempts: STS_ATTEMPTS,
        },
      });
    case "container":
      return fromHttp({ timeout: CONTAINER_TIMEOUT_MS, maxRetries: CONTAINER_RETRIES });
    case "placeholder":
      return () => Promise.resolve({ accessKeyId: "local", secretAccessKey: "local" });
  }
}
