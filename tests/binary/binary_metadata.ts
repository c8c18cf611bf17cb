/** What `deno compile` wrote into a binary about how to run it. */
export interface BinaryMetadata {
  /** Lists by flag, as `allow_read`; an empty list is everything, null nothing. */
  permissions: Record<string, string[] | null> & { prompt: boolean };
  v8Flags: string[];
}

/**
 * Reads the metadata back that the runtime will find in the binary.
 *
 * @throws where there are none
 */
export function readBinaryMetadata(binary: Uint8Array): BinaryMetadata {
  const text = new TextDecoder("latin1").decode(binary);
  const permissions = /"permissions":(\{[^{}]*\})/.exec(text)?.[1];
  const v8Flags = /"v8_flags":(\[[^\]]*\])/.exec(text)?.[1];
  if (!permissions || !v8Flags) throw new Error("Cannot find the metadata of the binary");
  return { permissions: JSON.parse(permissions), v8Flags: JSON.parse(v8Flags) };
}

/** The flags of `deno run` that give what a binary was compiled with. */
export function permissionFlags({ prompt, ...lists }: BinaryMetadata["permissions"]): string[] {
  const flags = Object.entries(lists).flatMap(([name, items]) => {
    // Denying all imports makes the hosts that Deno allows by default void; both together are refused.
    if (items === null || (name === "allow_import" && lists["deny_import"]?.length === 0)) {
      return [];
    }
    const flag = `--${name.replace("_", "-")}`;
    return items.length === 0 ? [flag] : [`${flag}=${items.join(",")}`];
  });
  return prompt ? flags : ["--no-prompt", ...flags];
}
