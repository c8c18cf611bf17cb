/** Deno permissions and V8 flags that `deno compile` wrote into a binary. */
export interface BinaryMetadata {
  /** Values of each Deno permission flag, such as `allow_read`. An empty list means all values; null means not set. */
  permissions: Record<string, string[] | null> & { prompt: boolean };
  v8Flags: string[];
}

/**
 * Returns the metadata that `deno compile` wrote into the binary. The Deno runtime reads this metadata when it starts.
 *
 * @throws if the binary does not contain metadata
 */
export function readBinaryMetadata(binary: Uint8Array): BinaryMetadata {
  const text = new TextDecoder("latin1").decode(binary);
  const permissions = /"permissions":(\{[^{}]*\})/.exec(text)?.[1];
  const v8Flags = /"v8_flags":(\[[^\]]*\])/.exec(text)?.[1];
  if (!permissions || !v8Flags) throw new Error("Cannot find the metadata of the binary");
  return { permissions: JSON.parse(permissions), v8Flags: JSON.parse(v8Flags) };
}

/** Returns the flags that make `deno run` grant the Deno permissions of the binary. */
export function permissionFlags({ prompt, ...lists }: BinaryMetadata["permissions"]): string[] {
  const flags = Object.entries(lists).flatMap(([name, items]) => {
    // `deno compile` always sets `allow_import`, but `deno run` refuses this permission if all imports are denied.
    if (items === null || (name === "allow_import" && lists["deny_import"]?.length === 0)) {
      return [];
    }
    const flag = `--${name.replace("_", "-")}`;
    return items.length === 0 ? [flag] : [`${flag}=${items.join(",")}`];
  });
  return prompt ? flags : ["--no-prompt", ...flags];
}
