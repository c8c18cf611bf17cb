/** Target triple of a supported platform. */
export type Target = "x86_64-unknown-linux-gnu" | "aarch64-unknown-linux-gnu";

interface Platform {
  /** Value of the ELF header field `e_machine` in programs for this platform. */
  machine: number;
  /** Environment variable with the path of the base runtime for this platform. */
  variable: string;
}

export const TARGETS: Readonly<Record<Target, Platform>> = {
  "x86_64-unknown-linux-gnu": { machine: 62, variable: "DENORT_BIN_X86_64" },
  "aarch64-unknown-linux-gnu": { machine: 183, variable: "DENORT_BIN_AARCH64" },
};

export function isTarget(name: string): name is Target {
  return Object.hasOwn(TARGETS, name);
}

export function allTargets(): Target[] {
  return Object.keys(TARGETS).filter(isTarget);
}
