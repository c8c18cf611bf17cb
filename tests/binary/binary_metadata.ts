/** What `deno compile` wrote into a binary about how to run it. */
export interface Embedded {
  /** Lists by flag, as `allow_read`; an empty list is everything, null nothing. */
  permissions: Record<string, string[] | null> & { prompt: boolean };
  v8Flags: string[];
}

/**
 * Reads the metadata back that the runtime will find in the binary.
 *
 * @throws where there are none
 */
export function embedded(binary: Uint8Array): Embedded {
  const text = new TextDecoder("latin1").decode(binary);
  const permissions = /"permissions":(\{[^{}]*\})/.exec(text)?.[1];
  const v8Flags = /"v8_flags":(\[[^\]]*\])/.exec(text)?.[1];
  if (!permissions || !v8Flags) throw new Error("Cannot find the metadata of the binary");
  return { permissions: JSON.parse(permissions), v8Flags: JSON.parse(v8Flags) };
}
