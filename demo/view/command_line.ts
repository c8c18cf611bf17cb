const SAFE = /^[\w@%+=:,./*-]+$/;

/** A word as a POSIX shell reads it back. */
export function shellQuote(word: string): string {
  // A shell would expand a lone star.
  if (SAFE.test(word) && !word.includes("*")) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command as lines of at most `columns` characters that can be pasted into a shell: all but the last end with a
 * backslash, all but the first are indented. Words are never broken, so a long one may pass the limit.
 */
export function commandLines(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words.map(shellQuote)) {
    if (line === "") line = word;
    else if (line.length + word.length + 3 <= columns) line += ` ${word}`;
    else {
      lines.push(`${line} \\`);
      line = `    ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}
