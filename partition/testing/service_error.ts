/** Returns an error like the SDK's error for an answer of the service. */
export function serviceError(name: string, httpStatusCode = 400, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
