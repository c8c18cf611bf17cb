/** How far the build of one program is. */
export interface BuildProgress {
  /** Such as `kube-apiserver v1.35.4`. */
  program: string;
  /** Which of how many programs, counted from one. */
  position: number;
  programs: number;
  step: "preparing" | "downloading" | "compiling" | "linking";
  /** Modules fetched or packages compiled so far in this step. */
  done: number;
  /** Packages to compile; 0 while it is not known. */
  total: number;
  elapsedSeconds: number;
  usualSeconds: number;
}

/** One line for people: `[3/7] kube-apiserver v1.35.4: compiled 312 of 1204 packages, 1m05s, usually 4m00s`. */
export function progressText(progress: BuildProgress): string {
  const { program, position, programs, elapsedSeconds, usualSeconds } = progress;
  const times = `${durationText(elapsedSeconds)}, usually ${durationText(usualSeconds)}`;
  return `[${position}/${programs}] ${program}: ${stepText(progress)}, ${times}`;
}

function stepText({ step, done, total }: BuildProgress): string {
  switch (step) {
    case "preparing":
      return "looking at what must be compiled";
    case "downloading":
      return `downloaded ${done} modules`;
    case "compiling":
      return `compiled ${done} of ${total} packages`;
    case "linking":
      return `compiled ${total} packages, linking`;
  }
}

/** `45s`, `1m05s`, `12m00s`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}
