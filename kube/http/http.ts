/** An HTTP request to one server. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, relative to the address of the server. */
  readonly path: string;
  /**
   * Returns the time in milliseconds after which the server must abort the request. The request contains this time as
   * the parameter `timeout`. The result is not constant, because the remaining time becomes shorter while the
   * request waits for a connection.
   */
  readonly timeoutMs?: (() => number) | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Aborts the request, and the reading of its response. */
  readonly signal: AbortSignal;
  /**
   * Called directly before the request is sent. If it throws, `send` rejects with this error. The caller must then
   * abort `signal`, so that a request that `fetch` has queued is not sent.
   */
  readonly beforeSend?: (() => void) | undefined;
}

/** Returns the path and query to send. If the request has a time limit, the query contains the parameter `timeout`. */
export function requestTarget(
  { path, timeoutMs }: Pick<HttpRequest, "path" | "timeoutMs">,
): string {
  if (!timeoutMs) return path;
  const separator = path.includes("?") ? "&" : "?";
  return `${path}${separator}timeout=${Math.max(1, Math.ceil(timeoutMs()))}ms`;
}

/** The head of a response. The caller must read the body with `text` or `texts`, or abort the signal of the request. */
export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  /** Reads the body until its end. */
  text(): Promise<string>;
  /** Yields the body piece by piece, as it arrives. If the caller stops early, the connection is closed. */
  texts(): AsyncGenerator<string>;
}

/** Connections to one server with one TLS configuration. They stay open for later requests. */
export interface Connections {
  /** Sends a request once, and resolves when the head of the response has arrived. Does not follow redirects. */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes the idle connections. Later requests open new ones. */
  closeIdle(): void;
  /** Closes the idle connections, and closes each busy connection after its response has been read. */
  close(): void;
}
