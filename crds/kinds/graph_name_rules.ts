import type { Rule } from "../fields/rules.ts";

/** CEL expression that is true if the stored graph contains the service with the key `k`. */
const STORED =
  "(oldSelf.hasValue() && has(oldSelf.value().spec) && has(oldSelf.value().spec.services) && k in oldSelf.value().spec.services)";

/**
 * Returns a CEL expression that is true if every new service satisfies `condition`. The condition refers to the key of
 * the service as `k`.
 */
function ofNewServices(condition: string): string {
  return `!has(self.spec) || !has(self.spec.services) || self.spec.services.all(k, ${STORED} || ${condition})`;
}

/**
 * Rules for the names of a graph and its services. Objects of a service are named `<graph>-<service in lower case>`,
 * and the name of a Service must be a DNS-1035 label (RFC 1035; Kubernetes "Object Names and IDs"). The rules check the
 * whole object, because only such rules can read the name of the graph.
 */
export const serviceNameRules: Rule[] = [
  {
    // This rule checks the graph's name only once. A check for each service would exceed the API server's cost limit.
    rule: `self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$') || ${ofNewServices("false")}`,
    message:
      "metadata.name must consist of lower-case letters, digits and hyphens, begin with a letter and end with a letter or digit, because Services are named after it; rename the graph",
    messageExpression:
      "'metadata.name must consist of lower-case letters, digits and hyphens, begin with a letter and end with a letter or digit, because Services are named after it; rename the graph \"' + self.metadata.name + '\"'",
    optionalOldSelf: true,
  },
  {
    rule: ofNewServices("k.matches('^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$')"),
    message:
      "each key of spec.services is part of object names, so it must consist of letters, digits and hyphens, with a letter or digit at both ends; rename the service",
    messageExpression:
      "'each key of spec.services is part of object names, so it must consist of letters, digits and hyphens, with a letter or digit at both ends; rename %s'.format([self.spec.services.filter(k, !k.matches('^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$'))])",
    fieldPath: ".spec.services",
    optionalOldSelf: true,
  },
  {
    rule: ofNewServices("size(self.metadata.name) + 1 + size(k) <= 63"),
    message:
      "a Service is named metadata.name-KEY, where KEY is a key of spec.services, and its name may have at most 63 characters; shorten metadata.name or the key",
    messageExpression:
      "'a Service is named metadata.name-KEY, where KEY is a key of spec.services, and its name may have at most 63 characters; shorten metadata.name or %s'.format([self.spec.services.filter(k, size(self.metadata.name) + 1 + size(k) > 63)])",
    fieldPath: ".spec.services",
    optionalOldSelf: true,
  },
  {
    rule: ofNewServices("self.spec.services.exists_one(j, j.lowerAscii() == k.lowerAscii())"),
    message:
      "keys of spec.services must be unique regardless of case, because object names contain them in lower case; rename one of them",
    messageExpression:
      "'keys of spec.services must be unique regardless of case, because object names contain them in lower case; rename one of %s'.format([self.spec.services.filter(k, !self.spec.services.exists_one(j, j.lowerAscii() == k.lowerAscii()))])",
    fieldPath: ".spec.services",
    optionalOldSelf: true,
  },
];
