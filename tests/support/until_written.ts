import type { AuditMark } from "../../devcluster/audit.ts";
import { type AuditEntry, parseAuditLine, writesOf } from "../../devcluster/audit_entry.ts";

const DEADLINE_MS = 60_000;
const BUFFER_BYTES = 1 << 16;

/**
 * Waits until `reached` returns true for the writes of a user in an audit log. Resolves about one millisecond after the
 * API server has logged the last write that `reached` needs.
 *
 * @param options.reached called after each new write, with all writes of the user since `since`
 * @throws if `reached` does not return true within a minute
 */
export async function untilWritten(options: {
  path: string;
  since: AuditMark;
  user: string;
  reached: (writes: readonly AuditEntry[]) => boolean;
}): Promise<void> {
  const { path, since, user, reached } = options;
  const giveUpAtMs = performance.now() + DEADLINE_MS;
  const writes: AuditEntry[] = [];
  const buffer = new Uint8Array(BUFFER_BYTES);
  const decoder = new TextDecoder();
  let rest = "";
  using file = await Deno.open(path);
  await file.seek(since.offset, Deno.SeekMode.Start);
  while (!reached(writes)) {
    const length = await file.read(buffer);
    if (length === null) {
      if (performance.now() > giveUpAtMs) {
        throw new Error(
          `Waited ${DEADLINE_MS / 1000} s in vain: the operator sent only ${writes.length} writes`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 0));
      continue;
    }
    const lines = (rest + decoder.decode(buffer.subarray(0, length), { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((line) => line.includes(user))) {
      const entry = parseAuditLine(line);
      if (entry) writes.push(...writesOf(user, [entry]));
    }
  }
}
