/** A platform that there is a binary for, as Deno calls it. */
export type Target = "x86_64-unknown-linux-gnu" | "aarch64-unknown-linux-gnu";

interface Platform {
  /** `e_machine` of its programs (ELF specification, figure 1-3 and the supplements). */
  machine: number;
  /** Names a base runtime for this platform alone. */
  variable: string;
}

export const TARGETS: Readonly<Record<Target, Platform>> = {
  "x86_64-unknown-linux-gnu": { machine: 62, variable: "DENORT_BIN_X86_64" },
  "aarch64-unknown-linux-gnu": { machine: 183, variable: "DENORT_BIN_AARCH64" },
};

export function isTarget(name: string): name is Target {
  return Object.hasOwn(TARGETS, name);
}

/** All targets, in a fixed order. */
export function allTargets(): Target[] {
  return Object.keys(TARGETS).filter(isTarget);
}
