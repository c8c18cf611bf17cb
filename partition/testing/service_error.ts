/** Returns an error like the one that the SDK throws for an error response from DynamoDB. */
export function serviceError(name: string, httpStatusCode = 400, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
