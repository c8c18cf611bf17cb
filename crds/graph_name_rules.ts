import type { Rule } from "./rules.ts";

/** Holds for a service `k` that the stored graph has already. */
const STORED =
  "(oldSelf.hasValue() && has(oldSelf.value().spec) && has(oldSelf.value().spec.services) && k in oldSelf.value().spec.services)";

/** Asks a question of each service when it first appears and never again. */
function ofNewServices(question: string, message: string): Rule {
  return {
    rule:
      `!has(self.spec) || !has(self.spec.services) || self.spec.services.all(k, ${STORED} || ${question})`,
    message,
    optionalOldSelf: true,
  };
}

/**
 * The objects of a service are named `<graph>-<service in lower case>`, and a Service name must be a DNS-1035 label
 * (RFC 1035; Kubernetes "Object Names and IDs"). These rules stand at the root, where the name of the graph is known.
 */
export const serviceNameRules: Rule[] = [
  ofNewServices(
    "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    "metadata.name must consist of lower-case letters, digits and hyphens and begin with a letter, since Services are named after it; rename the graph",
  ),
  ofNewServices(
    "k.matches('^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$')",
    "each key of spec.services must consist of letters, digits and hyphens and begin and end with a letter or digit, since objects are named after it; rename the service",
  ),
  ofNewServices(
    "size(self.metadata.name) + 1 + size(k) <= 63",
    "metadata.name and each key of spec.services, joined by a hyphen, may have at most 63 characters, since a Service is named so; shorten one of them",
  ),
  ofNewServices(
    "self.spec.services.exists_one(j, j.lowerAscii() == k.lowerAscii())",
    "keys of spec.services must differ in more than upper and lower case, since objects are named after them in lower case; rename the service",
  ),
];
