/** A completed request in the audit log of an API server. */
export interface AuditEntry {
  id: string;
  /** User name, such as `system:serviceaccount:dynamo-system:dynamo-operator`. */
  user: string;
  userAgent: string;
  /** Verb of the Kubernetes API, such as `create`, `patch`, `list`, `watch`. */
  verb: string;
  /** API group; "" for the core group and for non-resource paths. */
  group: string;
  /** Lower-case plural name of the resource; "" for non-resource paths. */
  resource: string;
  subresource: string;
  namespace: string;
  /** Name of the object; "" if the request does not contain it. */
  name: string;
  /** HTTP status of the response. */
  code: number;
  /** Message of the API server if the server refused the request; "" otherwise. */
  message: string;
  /** Path and query of the URL. */
  uri: string;
  /** Time at which the request arrived, in RFC 3339 with microseconds. */
  receivedAt: string;
  /** Time at which the response was complete, in RFC 3339 with microseconds. */
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
 * Parses one line of an audit log in JSON format (audit.k8s.io/v1). Returns undefined unless the line records the
 * last stage of a request. Throws if the line is not JSON.
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

export function isRead({ verb }: Pick<AuditEntry, "verb">): boolean {
  return ["get", "list", "watch"].includes(verb);
}

/** Returns the writes of a user, except writes to Leases. */
export function writesOf(user: string, entries: readonly AuditEntry[]): AuditEntry[] {
  return entries.filter((entry) =>
    entry.user === user && !isRead(entry) &&
    !(entry.group === "coordination.k8s.io" && entry.resource === "leases")
  );
}

/** Counts entries by a key. Example: `countBy(writes, (e) => e.verb)`. The most frequent key is first. */
export function countBy(
  entries: readonly AuditEntry[],
  key: (entry: AuditEntry) => string,
): Record<string, number> {
  const counts = [...Map.groupBy(entries, key)].map(([key, group]) => [key, group.length] as const);
  return Object.fromEntries(counts.sort(([, a], [, b]) => b - a));
}

/** Returns the verb and the resource of a request, such as `patch deployments.apps` or `patch services/status`. */
export function requestKind({ verb, group, resource, subresource }: AuditEntry): string {
  const kind = group === "" ? resource : `${resource}.${group}`;
  return `${verb} ${subresource === "" ? kind : `${kind}/${subresource}`}`;
}
