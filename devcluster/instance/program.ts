/** A program that belongs to an instance and ends with it. */
export interface Program {
  /** Unique in the instance; its log is `logs/NAME.log`. */
  name: string;
  path: string;
  args: string[];
  env?: Record<string, string>;
}

/**
 * What the owner of an instance asks of its supervisor: one JSON line each on its standard input.
 * `settle` ends the conversation; `detached` lets the instance outlive its owner.
 */
export type Command = { start: Program } | { settle: "attached" | "detached" };

/** What the supervisor says until it is settled: one JSON line each on its standard output. */
export type Report =
  | { started: string; pid: number }
  | { exited: string; code: number }
  | { settled: true };
