import type { Embedded } from "./binary_metadata.ts";

/** The flags of `deno run` that give what a binary was compiled with. */
export function permissionFlags({ prompt, ...lists }: Embedded["permissions"]): string[] {
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
