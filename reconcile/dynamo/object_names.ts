import { PlanError } from "./problem.ts";

const MAX_LABEL_LENGTH = 63;
const MAX_NAME_LENGTH = 253;
const DNS_1035_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1123_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_1123_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Part of the error message for a name that {@linkcode isServiceName} rejects. */
export const NO_SERVICE_NAME = `is not a DNS-1035 label of at most ${MAX_LABEL_LENGTH} characters`;

/**
 * Returns whether a Service may have this name:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function isServiceName(name: string): boolean {
  return name.length <= MAX_LABEL_LENGTH && DNS_1035_LABEL.test(name);
}

/** Returns whether a namespace may have this name (a DNS-1123 label). */
export function isNamespaceName(name: string): boolean {
  return name.length <= MAX_LABEL_LENGTH && DNS_1123_LABEL.test(name);
}

/**
 * Returns whether a text is a DNS-1123 subdomain. Most names of objects and the prefix of a label key are subdomains.
 */
export function isDnsSubdomain(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && DNS_1123_SUBDOMAIN.test(text);
}

/**
 * Checks the name of an object, such as a PVC or a ServiceAccount. Do not use it for kinds with a stricter rule, such
 * as Services.
 *
 * @throws {PlanError} if no object can have the name
 */
export function checkObjectName(field: string, kind: string, name: string): void {
  if (isDnsSubdomain(name)) return;
  throw new PlanError(
    field,
    `"${name}" is not a valid ${kind} name: use at most ${MAX_NAME_LENGTH} lower-case letters, digits, ` +
      "hyphens and dots, with a letter or digit at both ends",
  );
}
