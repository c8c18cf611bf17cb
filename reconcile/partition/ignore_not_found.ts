import { isNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";

/** What a request answers, or undefined where what it is about is gone. */
export async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The same, and the store knows the answer from then on. */
export async function takeIn<T extends KubeObject>(
  store: { write(object: KubeObject): void },
  request: Promise<T>,
): Promise<T | undefined> {
  const answer = await unlessGone(request);
  if (answer) store.write(answer);
  return answer;
}
