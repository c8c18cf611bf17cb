import type { Api } from "./api.ts";
import { type AuditEntry, isRead, parseAuditLine } from "./audit_entry.ts";
import { until } from "./until.ts";

/** A place in an audit log; entries after it are newer. */
export interface AuditMark {
  readonly offset: number;
}

/** An API server's audit log. */
export interface AuditLog {
  readonly path: string;
  /** The place after everything that was answered so far. */
  mark(): Promise<AuditMark>;
  /** All writes after the mark (from the beginning without one) up to everything answered so far. */
  entries(since?: AuditMark): Promise<AuditEntry[]>;
  /** The same, and what ServiceAccounts read. */
  requests(since?: AuditMark): Promise<AuditEntry[]>;
}

const FLUSH_DEADLINE_MS = 10_000;
// A request that changes nothing and that the audit policy records.
const MARKER_PATH = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const MARKER = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };

/**
 * Opens the audit log at `path`. An entry is written when its request ends, which may be a moment after
 * its answer was read; so each look sends a marker request first and waits until that is in the log.
 * The markers themselves are left out of the entries.
 */
export function openAuditLog(path: string, connect: () => Promise<Api>): AuditLog {
  async function flush(): Promise<void> {
    const id = crypto.randomUUID();
    using api = await connect();
    const from = await sizeOf(path);
    // The API server takes the id of an audit entry from this header if there is one.
    await api.request("POST", MARKER_PATH, MARKER, { "Audit-ID": id });
    await until(
      "the audit log to be written",
      FLUSH_DEADLINE_MS,
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

/** The entries of whole lines, without markers; a last line that is still being written is left out. */
export function parseAuditLog(text: string): AuditEntry[] {
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n")
    .filter((line) => line !== "")
    .map(parseAuditLine)
    .filter((entry) => entry !== undefined)
    .filter((entry) => entry.uri !== MARKER_PATH);
}

async function sizeOf(path: string): Promise<number> {
  return (await Deno.stat(path)).size;
}

async function readFrom(path: string, offset: number): Promise<string> {
  using file = await Deno.open(path);
  await file.seek(offset, Deno.SeekMode.Start);
  return await new Response(file.readable).text();
}
