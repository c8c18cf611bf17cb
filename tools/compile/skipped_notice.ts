import { type Target, TARGETS } from "./targets.ts";

/** What is said where a binary could not be made for want of a base runtime, and how to give one. */
export function skippedNotice(target: Target, reason: string): string {
  const { deno } = Deno.version;
  return `
SKIPPED: no binary for ${target}: Deno's base runtime cannot be had: ${reason}
         Give one by ${
    TARGETS[target].variable
  }=FILE (or DENORT_BIN=FILE): the program "denort" out of
         denort-${target}.zip of Deno's release v${deno}. The bundle runs without it, see docs/building.md.`;
}
