import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { persistentVolumeClaims, secrets, serviceAccounts } from "../../kube/builtin.ts";
import { hasIngress } from "../dynamo/ingress_class.ts";
import { checkLabelValue } from "../dynamo/metadata_rules.ts";
import { labelValue } from "../dynamo/names.ts";
import { checkObjectName } from "../dynamo/object_names.ts";

/**
 * Checks the names and types in the spec of a component that the API server would refuse in a workload or an Ingress.
 * Without this check, the operator would create other children first.
 *
 * @throws {PlanError} for the first name that no object can have, or type that is not a label value
 */
export function checkNames(spec: ComponentSpec): void {
  const { volumeMounts = [], extraPodSpec, ingress, envFromSecret } = spec;
  for (const [index, { name }] of volumeMounts.entries()) {
    if (name) checkObjectName(`volumeMounts[${index}].name`, persistentVolumeClaims.kind, name);
  }
  const account = extraPodSpec?.serviceAccountName;
  if (account) checkObjectName("extraPodSpec.serviceAccountName", serviceAccounts.kind, account);
  if (envFromSecret) checkObjectName("envFromSecret", secrets.kind, envFromSecret);
  const certificate = hasIngress(ingress) ? ingress.tls?.secretName : undefined;
  if (certificate) checkObjectName("ingress.tls.secretName", secrets.kind, certificate);
  // Labels with values from the types are shortened, so only their characters can be wrong.
  for (const field of ["componentType", "subComponentType"] as const) {
    checkLabelValue(field, labelValue(spec[field] ?? ""));
  }
}
