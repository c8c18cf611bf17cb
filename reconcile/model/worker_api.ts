import type { Clock } from "../../kube/clock.ts";
import { startDeadline } from "../../kube/deadline.ts";
import { reasonOf } from "../../kube/errors.ts";
import { parseJsonObject } from "../../kube/json.ts";
import type { Adapter } from "./adapter.ts";
import { type Endpoint, endpointUrl } from "./endpoints.ts";

/** Sends a request to a pod, as `fetch` does. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** The reason why a request to a worker failed. */
export interface Failure {
  /** Identifier of the cause. Failures with the same cause have the same identifier. */
  kind: string;
  /** Description for users, with limited length and without control characters. */
  message: string;
}

/** API of a worker, which the operator uses to load and unload adapters. */
export interface WorkerApi {
  /**
   * Loads an adapter. Returns undefined after a success. If the worker has already loaded the adapter, the worker
   * reports success.
   */
  load(endpoint: Endpoint, adapter: Adapter, signal: AbortSignal): Promise<Failure | undefined>;
  /** Unloads an adapter. Returns undefined after a success, and also if the worker had not loaded the adapter. */
  unload(endpoint: Endpoint, modelName: string, signal: AbortSignal): Promise<Failure | undefined>;
}

/**
 * Deadline of a load in milliseconds. After the deadline, the worker continues to load, for example to download the
 * weights. The worker answers the next load request after this load ends.
 */
export const LOAD_MS = 10_000;
/** Deadline of an unload in milliseconds. The deletion of a model waits for the response or this deadline. */
export const UNLOAD_MS = 5_000;

const PATH = "/v1/loras";
const MAX_BODY_BYTES = 16_384;
const MAX_MESSAGE = 200;

/** Creates a client for the API of workers. Each request has a deadline. */
export function createWorkerApi(send: Send, clock: Clock): WorkerApi {
  /** Sends a request. Rejects only if the signal is aborted. */
  async function call(
    url: string,
    { deadlineMs, ...init }: { deadlineMs: number; method: string; body?: string },
    signal: AbortSignal,
  ): Promise<Answer | Failure> {
    using deadline = startDeadline(clock, deadlineMs, signal);
    try {
      const response = await send(url, {
        ...init,
        ...(init.body !== undefined && { headers: { "content-type": "application/json" } }),
        // Does not follow redirects, because a redirect could lead to an address that does not belong to the pod.
        redirect: "manual",
        signal: deadline.signal,
      });
      return await readAnswer(response);
    } catch (error) {
      signal.throwIfAborted();
      if (deadline.expired()) {
        return { kind: "timeout", message: `no response within ${deadlineMs / 1_000} s` };
      }
      // The last part of the error message of `fetch` is the cause. The other parts repeat the URL.
      const cause = reasonOf(error).split(": ").at(-1) ?? "";
      return { kind: "connection", message: `the connection failed: ${clean(cause)}` };
    }
  }

  return {
    async load(endpoint, { modelName, uri }, signal) {
      const body = JSON.stringify({ lora_name: modelName, source: { uri } });
      const request = { method: "POST", body, deadlineMs: LOAD_MS };
      const answer = await call(`${endpointUrl(endpoint)}${PATH}`, request, signal);
      return "kind" in answer ? answer : failureOf(answer);
    },
    async unload(endpoint, modelName, signal) {
      const path = modelName.split("/").map(encodeURIComponent).join("/");
      const request = { method: "DELETE", deadlineMs: UNLOAD_MS };
      const answer = await call(`${endpointUrl(endpoint)}${PATH}/${path}`, request, signal);
      if ("kind" in answer) return answer;
      return isNotLoaded(answer) ? undefined : failureOf(answer);
    },
  };
}

/** The response of a worker. A worker can report an error with status 200. */
interface Answer {
  status: number;
  isError: boolean;
  message: string;
}

/** Reads a response. The body is untrusted, so the function limits its size and shortens the message. */
async function readAnswer(response: Response): Promise<Answer> {
  const body = parseJsonObject(await readText(response));
  // Reads the status after the body to keep the Response alive. Deno cannot abort the read of a body if the Response
  // was garbage-collected.
  const { status } = response;
  const message = typeof body?.["message"] === "string" ? clean(body["message"]) : "";
  const isSuccess = status >= 200 && status < 300;
  return { status, isError: !isSuccess || body?.["status"] === "error", message };
}

function failureOf({ status, isError, message }: Answer): Failure | undefined {
  if (!isError) return undefined;
  // A worker without `DYN_LORA_ENABLED` does not serve the path, so it responds with 404 and without a message.
  const hint = status === 404 && message === ""
    ? 'the worker does not load adapters; set DYN_LORA_ENABLED to "true" in its environment'
    : message;
  return { kind: `status ${status}`, message: `status ${status}${hint && `: ${hint}`}` };
}

/** Returns whether a worker refuses an unload because it has not loaded the adapter. */
function isNotLoaded({ status, isError, message }: Answer): boolean {
  return status === 404 || (isError && /\bnot found\b/i.test(message));
}

/** Returns the text of a body; "" if the body is too long. */
async function readText({ body }: Response): Promise<string> {
  if (!body) return "";
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // If the loop ends early, `for await` cancels the body.
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return "";
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

/** Returns a message of a worker as one line of at most 200 characters. */
function clean(text: string): string {
  const line = text.replace(/[\p{C}\p{Z}]+/gu, " ").trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE - 1)}…` : line;
}
