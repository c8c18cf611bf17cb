import { isNotFound } from "../../kube/errors.ts";

/** What a request answers, or undefined where what it is about is gone. */
export async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
