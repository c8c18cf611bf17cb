/** Returns an error like the error that the SDK throws for an error response of DynamoDB. */
export function serviceError(name: string, httpStatusCode = 400, message = "no"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}
