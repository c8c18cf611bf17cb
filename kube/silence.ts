import type { Clock } from "./clock.ts";

/** Watches over a stream that ought to say something now and then. */
export interface SilenceWatch {
  /** Something was heard. */
  heard(): void;
  stop(): void;
}

/**
 * Calls back once when nothing was heard for `boundMs`. A busy stream costs a clock reading per event, not a timer.
 */
export function watchSilence(clock: Clock, boundMs: number, onSilence: () => void): SilenceWatch {
  let lastMs = clock.now();
  let cancel = clock.timer(boundMs, check);
  function check() {
    const leftMs = lastMs + boundMs - clock.now();
    if (leftMs > 0) cancel = clock.timer(leftMs, check);
    else onSilence();
  }
  return {
    heard() {
      lastMs = clock.now();
    },
    stop: () => cancel(),
  };
}
