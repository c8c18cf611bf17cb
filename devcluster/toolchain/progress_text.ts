export interface BuildProgress {
  /** Name and version of the program, such as `kube-apiserver v1.35.4`. */
  program: string;
  /** Position among all programs of this build, counted from one. */
  position: number;
  programs: number;
  step: "listing" | "downloading" | "compiling" | "linking";
  /** Number of modules or packages that this step has downloaded or compiled so far. */
  done: number;
  /** Number of packages to compile; 0 while the number is unknown. */
  total: number;
  elapsedSeconds: number;
  usualSeconds: number;
}

/** Returns one line such as `[3/7] kube-apiserver v1.35.4: compiled 312 of 1204 packages, 1m05s, usually 4m00s`. */
export function progressText(progress: BuildProgress): string {
  const { program, position, programs, elapsedSeconds, usualSeconds } = progress;
  const times = `${durationText(elapsedSeconds)}, usually ${durationText(usualSeconds)}`;
  return `[${position}/${programs}] ${program}: ${stepText(progress)}, ${times}`;
}

function stepText({ step, done, total }: BuildProgress): string {
  switch (step) {
    case "listing":
      return "listing packages";
    case "downloading":
      return `downloaded ${done} modules`;
    case "compiling":
      return `compiled ${done} of ${total} packages`;
    case "linking":
      return `compiled ${total} packages, linking`;
  }
}

/** Returns a duration such as `45s`, `1m05s` or `12m00s`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}s`;
  return `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}
