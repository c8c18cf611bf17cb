import { isJsonObject } from "../../kube/json.ts";

/** A connection to the V8 inspector of a Deno process, see https://chromedevtools.github.io/devtools-protocol/v8/ */
export interface Inspector extends Disposable {
  /** Calls a method such as `Profiler.start`, and returns its result. Throws if the inspector refuses the call. */
  call(method: string, params?: Record<string, unknown>): Promise<Record<string, unknown>>;
  on(event: string, listener: (params: Record<string, unknown>) => void): void;
}

/** Connects to the inspector of a process that was started with `--inspect=127.0.0.1:PORT`. */
export async function connectInspector(port: number): Promise<Inspector> {
  const response = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = await response.json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  const opened = Promise.withResolvers<void>();
  const listeners = new Map<string, (params: Record<string, unknown>) => void>();
  const calls = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  socket.onopen = () => opened.resolve();
  socket.onerror = () =>
    opened.reject(new Error(`Cannot connect to the inspector at port ${port}`));
  socket.onclose = () => {
    for (const call of calls.values()) {
      call.reject(new Error("The inspector closed the connection"));
    }
  };
  socket.onmessage = ({ data }) => {
    const message = parseMessage(data);
    if (message.id === undefined) return listeners.get(message.method)?.(message.params);
    const call = calls.get(message.id);
    calls.delete(message.id);
    if (message.error === undefined) call?.resolve(message.result);
    else call?.reject(new Error(`The inspector refused the call: ${message.error}`));
  };
  await opened.promise;
  let id = 0;
  return {
    call(method, params = {}) {
      const call = Promise.withResolvers<Record<string, unknown>>();
      calls.set(++id, call);
      socket.send(JSON.stringify({ id, method, params }));
      return call.promise;
    },
    on: (event, listener) => void listeners.set(event, listener),
    [Symbol.dispose]: () => socket.close(),
  };
}

function parseMessage(data: unknown) {
  const message: unknown = JSON.parse(String(data));
  if (!isJsonObject(message)) throw new Error("The inspector sent a message that is not an object");
  const { id, method, params, result, error } = message;
  return {
    id: typeof id === "number" ? id : undefined,
    method: String(method),
    params: isJsonObject(params) ? params : {},
    result: isJsonObject(result) ? result : {},
    error: isJsonObject(error) ? String(error.message) : undefined,
  };
}
