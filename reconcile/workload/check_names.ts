import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { persistentVolumeClaims, secrets, serviceAccounts } from "../../kube/builtin.ts";
import { hasIngress } from "../dynamo/ingress_class.ts";
import { checkLabelValue } from "../dynamo/metadata_rules.ts";
import { labelValue } from "../dynamo/names.ts";
import { checkObjectName } from "../dynamo/object_names.ts";

/**
 * Checks the object names and the types in the spec of a component. Without this check, the operator would create some
 * children before the API server refused the others.
 *
 * @throws {PlanError} for the first invalid object name, or the first type that is not a valid label value
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
  // `labelValue` shortens a type that is too long for a label value, so only the characters of a type can be invalid.
  for (const field of ["componentType", "subComponentType"] as const) {
    checkLabelValue(field, labelValue(spec[field] ?? ""));
  }
}
