import { sha256Hex } from "../dynamo/names.ts";

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const MAX_BEGINNING = 54;

/**
 * Returns the volume name for an object: the name of the object, or a name derived from it. A derived name is needed if
 * another volume has the name (`isTaken`), or if the name contains dots or has more than 63 characters.
 */
export function volumeNameFrom(objectName: string, isTaken: boolean): string {
  if (DNS_LABEL.test(objectName) && !isTaken) return objectName;
  const beginning = objectName.slice(0, MAX_BEGINNING).replace(/[^-a-z0-9]/g, "-");
  return `${beginning.replace(/^-+|-+$/g, "") || "volume"}-${sha256Hex(objectName, 8)}`;
}
