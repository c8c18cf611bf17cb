/** One finished request, as the API server's audit log tells it. */
export interface AuditEntry {
  id: string;
  /** Such as `system:serviceaccount:dynamo-system:dynamo-operator`. */
  user: string;
  userAgent: string;
  /** Such as `create`, `patch`, `list`, `watch`. */
  verb: string;
  /** API group; "" for the core group and for paths that are no resource. */
  group: string;
  /** Lower-case plural; "" for paths that are no resource. */
  resource: string;
  subresource: string;
  namespace: string;
  /** Of the object, where the request names it. */
  name: string;
  /** HTTP status of the answer. */
  code: number;
  /** What the API server said when it refused; "" otherwise. */
  message: string;
  /** Path and query. */
  uri: string;
  /** When the request came, as RFC 3339 with microseconds. */
  receivedAt: string;
  /** When its answer was complete, as RFC 3339 with microseconds. */
  completedAt: string;
}

interface Event {
  auditID: string;
  stage: string;
  verb: string;
  requestURI: string;
  user: { username: string };
  userAgent?: string;
  objectRef?: {
    apiGroup?: string;
    resource?: string;
    subresource?: string;
    namespace?: string;
    name?: string;
  };
  responseStatus?: { code?: number; message?: string };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
}

/**
 * Reads one line of an audit log in JSON format (audit.k8s.io/v1). Returns undefined for stages other
 * than a request's last one. Throws when the line is not JSON.
 */
export function parseAuditLine(line: string): AuditEntry | undefined {
  const event = JSON.parse(line) as Event;
  if (event.stage !== "ResponseComplete" && event.stage !== "Panic") return undefined;
  const { apiGroup, resource, subresource, namespace, name } = event.objectRef ?? {};
  return {
    id: event.auditID,
    user: event.user.username,
    userAgent: event.userAgent ?? "",
    verb: event.verb,
    group: apiGroup ?? "",
    resource: resource ?? "",
    subresource: subresource ?? "",
    namespace: namespace ?? "",
    name: name ?? "",
    code: event.responseStatus?.code ?? 0,
    message: event.responseStatus?.message ?? "",
    uri: event.requestURI,
    receivedAt: event.requestReceivedTimestamp,
    completedAt: event.stageTimestamp,
  };
}

/** Whether a request only looked. */
export function isRead({ verb }: Pick<AuditEntry, "verb">): boolean {
  return ["get", "list", "watch"].includes(verb);
}

/** The requests of one user that count as writes: all but reads and those on Leases. */
export function writesOf(user: string, entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter((entry) =>
    entry.user === user && !isRead(entry) &&
    !(entry.group === "coordination.k8s.io" && entry.resource === "leases")
  );
}

/** Counts entries by any text made of them, most frequent first: `countBy(writes, (e) => e.verb)`. */
export function countBy(
  entries: readonly AuditEntry[],
  key: (entry: AuditEntry) => string,
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(key(entry), (counts.get(key(entry)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/** `patch deployments.apps`, `patch services/status`: how a table of counts names a kind of request. */
export function requestKind({ verb, group, resource, subresource }: AuditEntry): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${subresource === "" ? kind : `${kind}/${subresource}`}`;
}
