import { getLogger } from "@logtape/logtape";
import { type Clock, delay } from "../../kube/clock.ts";
import { ApiError, reasonOf } from "../../kube/errors.ts";
import type { Transport } from "../../kube/transport.ts";

const log = getLogger(["dynamo-operator"]);
/** The oldest release with everything that the CRDs' rules and the watches need. */
const OLDEST = { major: 1, minor: 30 };
const RETRY_MS = 5_000;

/** What `/version` answers, as far as it is read. */
interface Version {
  major?: string;
  /** Some providers add a sign, as in "30+". */
  minor?: string;
  gitVersion?: string;
}

/**
 * Asks the API server which Kubernetes it is, again and again until it answers or `signal` is aborted.
 *
 * @returns what to say of one that is too old; undefined for all others, and for one that does not tell
 */
export async function tooOldKubernetes(
  transport: Pick<Transport, "request">,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      const request = { verb: "get", method: "GET", path: "/version", resource: "version" };
      const answer = await transport.request({ ...request, idempotent: true, signal });
      return describeTooOld(answer as Version);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (error instanceof ApiError) {
        log.warn("Cannot tell the version of Kubernetes: {reason}", { reason: reasonOf(error) });
        return undefined;
      }
      await delay(clock, RETRY_MS, signal);
    }
  }
  return undefined;
}

function describeTooOld({ major = "", minor = "", gitVersion }: Version): string | undefined {
  const [first, second] = [major, minor].map((text) => Number.parseInt(text, 10));
  if (first === undefined || second === undefined || Number.isNaN(first + second)) return undefined;
  const isOld = first < OLDEST.major || (first === OLDEST.major && second < OLDEST.minor);
  if (!isOld) return undefined;
  const found = gitVersion ?? `${major}.${minor}`;
  return `Cannot run on Kubernetes ${found}: it needs ${OLDEST.major}.${OLDEST.minor} or later; upgrade the cluster`;
}
