import { fromEnv } from "@aws-sdk/credential-provider-env";
import { fromHttp } from "@aws-sdk/credential-provider-http";
import { fromTokenFile } from "@aws-sdk/credential-provider-web-identity";
import type { Connection, Env } from "./connection.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { sdkDefaults } from "./sdk_defaults.ts";

/** What requests are signed with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Absent: they do not expire as far as anybody knows. */
  expiration?: Date;
}

/** Which of the sources that a pod can have is set up. */
export type CredentialSource = "environment" | "webIdentity" | "container" | "placeholder";

// A failure of these services is an error of the request that needs them, which `retry.ts` repeats.
const STS_ATTEMPTS = 1;
const CONTAINER_RETRIES = 0;
const CONTAINER_TIMEOUT_MS = 2_000;

/**
 * Finds where credentials come from, in the SDKs' order: variables (a Secret), web identity (IRSA), the container
 * endpoint (EKS Pod Identity, ECS). Files in a home folder, SSO and the instance's metadata are no sources for a pod.
 * An endpoint that is not AWS gets a placeholder where nothing is set up: DynamoDB Local takes any.
 *
 * @throws {DeletionFailure} CredentialsMissing
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
    "No credentials are set up: give a Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
      "or a ServiceAccount with a role (IRSA or EKS Pod Identity)",
  );
}

/** A provider of the SDK's for this source; each call asks the source anew, token files included. */
export function credentialProvider(
  source: CredentialSource,
  connection: Connection,
  userAgent: string,
  env: Env,
): () => Promise<Credentials> {
  const provide = sdkProvider(source, connection, userAgent, env("AWS_ENDPOINT_URL_STS"));
  return async () => {
    try {
      return await provide();
    } catch (error) {
      // What STS says has a name of its own; anything else (no file, no answer) is about the source.
      if (!(error instanceof Error) || "$metadata" in error) throw error;
      throw Object.assign(new Error(error.message, { cause: error }), {
        name: "CredentialsProviderError",
      });
    }
  };
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
