const TIMEOUT_MS = 2_000;
const MOST_BYTES = 65_536;

/**
 * The text at a URL inside the cluster.
 *
 * @throws if it does not come within two seconds, is no success, or is longer than a report can be
 */
export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`Cannot get "${url}": status ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) throw new Error(`Cannot take what "${url}" answers: too long`);
  }
  return text;
}
