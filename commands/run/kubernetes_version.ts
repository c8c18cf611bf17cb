import { getLogger } from "@logtape/logtape";
import { type Clock, delay } from "../../kube/clock.ts";
import { ApiError, isUntrustedServer, reasonOf } from "../../kube/errors.ts";
import type { Transport } from "../../kube/transport.ts";

const log = getLogger(["dynamo-operator"]);
/** Oldest Kubernetes release that supports streaming lists (KEP-3157) and the validation rules of the CRDs. */
const OLDEST = { major: 1, minor: 30 };
const RETRY_DELAY_MS = 5_000;

/** Body of the API server's response to `GET /version`. */
interface Version {
  major?: string;
  /** Minor version, such as "30". Some providers append a plus sign: "30+". */
  minor?: string;
  gitVersion?: string;
}

/**
 * Checks whether the operator trusts the certificate of the API server and supports its Kubernetes version. Retries
 * while the API server is unreachable, until `signal` is aborted.
 *
 * @returns an error message if one check fails; undefined for a supported or unknown version
 */
export async function unsupportedKubernetes(
  transport: Pick<Transport, "request">,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      const request = { verb: "get", method: "GET", path: "/version", resource: "version" };
      const answer = await transport.request({ ...request, idempotent: true, signal });
      return describeUnsupported(answer as Version);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof ApiError) {
        log.warn("Cannot read the Kubernetes version: {reason}", { reason: reasonOf(error) });
        return undefined;
      }
      if (isUntrustedServer(error)) return describeUntrusted(error);
      await delay(clock, RETRY_DELAY_MS, signal);
    }
  }
  return undefined;
}

function describeUntrusted({ message }: Error): string {
  return `${message}. The certificate of the API server must contain this address. The kubeconfig or ServiceAccount must contain the certificate of the authority that issued it, not the certificate of the server`;
}

function describeUnsupported({ major = "", minor = "", gitVersion }: Version): string | undefined {
  const [first, second] = [major, minor].map((text) => Number.parseInt(text, 10));
  if (first === undefined || second === undefined || Number.isNaN(first + second)) return undefined;
  const isOld = first < OLDEST.major || (first === OLDEST.major && second < OLDEST.minor);
  if (!isOld) return undefined;
  const found = gitVersion ?? `${major}.${minor}`;
  return `Cannot run on Kubernetes ${found}: the operator requires ${OLDEST.major}.${OLDEST.minor} or later; upgrade the cluster`;
}
