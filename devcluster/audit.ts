import type { Api } from "./api.ts";
import { type AuditEntry, isRead, parseAuditLine } from "./audit_entry.ts";
import { until } from "./until.ts";

export interface AuditMark {
  readonly offset: number;
}

export interface AuditLog {
  readonly path: string;
  /** Returns the current end of the log. The entries of all completed requests are before this position. */
  mark(): Promise<AuditMark>;
  /** Returns all completed writes. If `since` is given, returns only the writes after that position. */
  entries(since?: AuditMark): Promise<AuditEntry[]>;
  /** Returns the writes that `entries` returns, and the completed reads by ServiceAccounts. */
  requests(since?: AuditMark): Promise<AuditEntry[]>;
}

const FLUSH_TIMEOUT_MS = 10_000;
// Path of a request that `flush` sends only for its audit entry. The API server logs it as a `create`, but stores no
// object.
const FLUSH_PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const FLUSH_BODY = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };

/**
 * Opens the audit log at `path`. A client can receive a response before the API server has written the entry of the
 * request. Therefore, every method first sends an extra request and waits until the log contains its entry. The results
 * omit the entries of these extra requests.
 */
export function openAuditLog(path: string, connect: () => Promise<Api>): AuditLog {
  async function flush(): Promise<void> {
    const id = crypto.randomUUID();
    using api = await connect();
    const from = await sizeOf(path);
    // The API server writes the value of this header to the audit entry. The next lines search the log for this value.
    await api.request("POST", FLUSH_PATH, FLUSH_BODY, { "Audit-ID": id });
    await until(
      "the audit log to be written",
      FLUSH_TIMEOUT_MS,
      async () => (await readFrom(path, from)).includes(id) ? true : undefined,
    );
  }
  async function requests(since?: AuditMark): Promise<AuditEntry[]> {
    await flush();
    return parseAuditLog(await readFrom(path, since?.offset ?? 0));
  }
  return {
    path,
    async mark() {
      await flush();
      return { offset: await sizeOf(path) };
    },
    async entries(since) {
      return (await requests(since)).filter((entry) => !isRead(entry));
    },
    requests,
  };
}

/** Parses the complete lines of an audit log. Omits the entries of the requests that `openAuditLog` sends. */
export function parseAuditLog(text: string): AuditEntry[] {
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n")
    .filter((line) => line !== "")
    .map(parseAuditLine)
    .filter((entry) => entry !== undefined)
    .filter((entry) => entry.uri !== FLUSH_PATH);
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

async function readFrom(path: string, offset: number): Promise<string> {
  using file = await Deno.open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  return await new Response(file.readable).text();
}
