import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { seededRandom } from "../support/seeded_random.ts";

/** A fault that the proxy between the program and DynamoDB Local applies to one request. */
export type Fault =
  /** The proxy returns this DynamoDB error, and does not forward the request. */
  | { error: string; status: number }
  /** Number of items of a batch that the proxy returns as UnprocessedItems. It forwards the other items. */
  | { unprocessed: number }
  /** The proxy closes the connection before or after it forwards the request, or while it sends the response. */
  | { cut: "before" | "after" | "within" }
  /** The proxy returns status 200 with an empty body, and does not forward the request. */
  | { empty: true }
  /** The proxy forwards the request after a delay. */
  | { delayMs: number };

/** A request that the proxy has received. */
export interface ProxiedRequest {
  operation: string;
  /** Sequence number of the request among all requests to this proxy, starting at 1. */
  call: number;
  accessKeyId: string;
}

export interface FaultProxy extends AsyncDisposable {
  endpoint: string;
  /** Number of faults that the proxy has applied, keyed by the first field of the {@link Fault}, such as `cut`. */
  readonly done: ReadonlyMap<string, number>;
  readonly calls: number;
}

/**
 * Returns the fault for a request, if any. If the result is a promise, the proxy waits for it before it processes the
 * request.
 */
export type ChooseFault = (
  passing: ProxiedRequest,
) => Fault | undefined | Promise<Fault | undefined>;

interface Batch {
  RequestItems: Record<string, unknown[]>;
}

/** Starts a proxy to DynamoDB Local. For each request, `choose` returns the fault that the proxy applies. */
export async function startFaultProxy(target: string, choose: ChooseFault): Promise<FaultProxy> {
  const done = new Map<string, number>();
  let calls = 0;

  async function handle(request: IncomingMessage, answer: ServerResponse) {
    const body = await text(request);
    const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    const [, accessKeyId = ""] = /Credential=([^/]+)/.exec(request.headers.authorization ?? "") ??
      [];
    const fault = await choose({ operation, call: ++calls, accessKeyId });
    const kind = fault && (Object.keys(fault)[0] ?? "");
    if (fault && kind) done.set(kind, (done.get(kind) ?? 0) + 1);
    if (fault && "error" in fault) return refuse(answer, fault.error, fault.status);
    if (fault && "empty" in fault) return void answer.writeHead(200).end();
    if (fault && "cut" in fault && fault.cut === "before") return request.socket.destroy();
    if (fault && "delayMs" in fault) {
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    }
    const heldBack = fault && "unprocessed" in fault ? fault.unprocessed : 0;
    const { status, reply } = operation === "BatchWriteItem" && heldBack > 0
      ? await forwardPart(request, body, heldBack)
      : await forward(request, body);
    if (fault && "cut" in fault && fault.cut === "after") return request.socket.destroy();
    answer.writeHead(status, {
      "content-type": "application/x-amz-json-1.0",
      "content-length": new TextEncoder().encode(reply).length,
    });
    if (fault && "cut" in fault) {
      answer.write(reply.slice(0, Math.floor(reply.length / 2)));
      return request.socket.destroy();
    }
    answer.end(reply);
  }

  async function forward(request: IncomingMessage, body: string) {
    const { authorization = "" } = request.headers;
    const answer = await fetch(target, {
      method: "POST",
      headers: {
        authorization,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": String(request.headers["x-amz-target"]),
        "x-amz-date": String(request.headers["x-amz-date"]),
      },
      body,
    });
    return { status: answer.status, reply: await answer.text() };
  }

  async function forwardPart(request: IncomingMessage, body: string, heldBack: number) {
    const batch: Batch = JSON.parse(body);
    const [[table, requests] = ["", []]] = Object.entries(batch.RequestItems);
    const kept = requests.slice(0, heldBack);
    const rest = requests.slice(heldBack);
    const unprocessed = { UnprocessedItems: { [table]: kept } };
    if (rest.length === 0) return { status: 200, reply: JSON.stringify(unprocessed) };
    const part = JSON.stringify({ ...batch, RequestItems: { [table]: rest } });
    const { status, reply } = await forward(request, part);
    return {
      status,
      reply: status === 200 ? JSON.stringify({ ...JSON.parse(reply), ...unprocessed }) : reply,
    };
  }

  const server = createServer((request, answer) => {
    handle(request, answer).catch((error) => {
      console.error(error);
      request.socket.destroy();
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    done,
    get calls() {
      return calls;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Returns a function that chooses the fault, if any, for the next request. Each request has a fault with probability
 * `share`; the seed determines which requests have one. The kinds of faults alternate in a fixed order.
 */
export function seededFaults(seed: number, share: number): () => Fault | undefined {
  const random = seededRandom(seed);
  const faults: (() => Fault)[] = [
    () => ({ error: "ProvisionedThroughputExceededException", status: 400 }),
    () => ({ error: "ThrottlingException", status: 400 }),
    () => ({ error: "InternalServerError", status: 500 }),
    () => ({ error: "ServiceUnavailable", status: 503 }),
    () => ({ unprocessed: 1 + Math.floor(random() * 25) }),
    () => ({ cut: "before" }),
    () => ({ cut: "after" }),
    () => ({ cut: "within" }),
    () => ({ empty: true }),
    () => ({ delayMs: 20 + random() * 200 }),
  ];
  let next = 0;
  return () => random() < share ? faults[next++ % faults.length]?.() : undefined;
}

function refuse(answer: ServerResponse, error: string, status: number) {
  answer.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  answer.end(
    JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: "no" }),
  );
}

async function text(request: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let body = "";
  for await (const chunk of request) body += decoder.decode(chunk, { stream: true });
  return body;
}
