import { createHash } from "node:crypto";

/** The Job's name becomes the value of a label on its pods. */
const LONGEST = 63;
const SUFFIX = "-job";
const HASH_LENGTH = 8;

/**
 * The name of the Job of a DdbctlDpJob: `NAME-job`. A name too long for that is cut, and the hash of the whole keeps it
 * apart from others that begin alike.
 */
export function jobName(name: string): string {
  if (name.length + SUFFIX.length <= LONGEST) return name + SUFFIX;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, HASH_LENGTH);
  const room = LONGEST - SUFFIX.length - HASH_LENGTH - 1;
  return `${name.slice(0, room).replace(/[-.]+$/, "")}-${hash}${SUFFIX}`;
}
