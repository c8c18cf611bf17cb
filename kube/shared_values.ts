/**
 * Returns a value equal to `value`, in which parts that occurred in recent values are replaced by those same objects
 * and strings.
 */
export type ShareValues = <T>(value: T) => T;

/** Limits of the memory of {@linkcode createShareValues}. */
export interface ShareLimits {
  /** Maximum length of the JSON text of a shared part. */
  maxLength?: number;
  /** Minimum number of remembered parts; the maximum is twice this number. */
  minParts?: number;
}

/**
 * Creates a function that shares equal parts of JSON values, such as the probes in the pod templates of all Deployments.
 * The stores use it, because objects of one kind consist mostly of equal parts. The function remembers recent parts
 * only. The values must not be modified.
 */
export function createShareValues(
  { maxLength = 768, minParts = 2_000 }: ShareLimits = {},
): ShareValues {
  let recent = new Map<string, unknown>();
  let older = new Map<string, unknown>();

  function remember(text: string, part: unknown) {
    if (recent.size >= minParts) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, part);
  }

  /** Returns the remembered part with the same text. If there is none, remembers and returns the result of `build`. */
  function complete(text: string, isReplaced: boolean, build: () => unknown): Shared {
    if (text.length > maxLength) return { part: build(), text, isReplaced };
    const known = recent.get(text) ?? older.get(text);
    const part = known ?? build();
    if (!recent.has(text)) remember(text, part);
    return { part, text, isReplaced: isReplaced || known !== undefined };
  }

  function share(part: unknown): Shared {
    if (typeof part === "string") {
      return complete(part.length > maxLength ? part : JSON.stringify(part), false, () => part);
    }
    if (typeof part !== "object" || part === null) {
      return { part, text: String(part), isReplaced: false };
    }
    const members = Object.entries(part).map(([name, member]) => ({ name, ...share(member) }));
    const isReplaced = members.some((member) => member.isReplaced);
    let text = Array.isArray(part) ? "[" : "{";
    for (const member of members) {
      if (text.length > maxLength) break;
      text += `${JSON.stringify(member.name)}:${member.text},`;
    }
    return complete(text, isReplaced, () => isReplaced ? copyOf(part, members) : part);
  }

  // The shared form of a value has the type of the value.
  return <T>(value: T) => share(value).part as T;
}

/** The shared form of a part of a value. */
interface Shared {
  part: unknown;
  /** JSON text of the part; incomplete if it is longer than the limit. */
  text: string;
  /** Whether the shared form contains an object or a string of an earlier value. */
  isReplaced: boolean;
}

function copyOf(part: object, members: readonly { name: string; part: unknown }[]): unknown {
  return Array.isArray(part)
    ? members.map((member) => member.part)
    : Object.fromEntries(members.map((member) => [member.name, member.part]));
}
