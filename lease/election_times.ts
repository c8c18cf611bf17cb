/** The times of leader election, in milliseconds; those of client-go. */
export interface ElectionTimes {
  /** How long a Lease counts as held after its last renewal was seen. */
  leaseDurationMs: number;
  /** How long a leader writes on the strength of one renewal. */
  renewDeadlineMs: number;
  /** From one renewal to the next, and from one failed try to the next. */
  retryMs: number;
  /** For each request, so that a dead connection does not cost the whole deadline. */
  callMs: number;
}

export const ELECTION_TIMES: ElectionTimes = {
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryMs: 2_000,
  callMs: 3_000,
};
