const SAFE = /^[\w@%+=:,./-]+$/;

/** Returns a word in the form in which a POSIX shell reads it unchanged. */
export function shellQuote(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Returns a command as lines that can be pasted into a shell: all but the last end with a backslash, all but the first
 * are indented. A line has at most `columns` characters, unless a single word is longer. A short flag stays with its
 * value, and the first word with the second.
 */
export function commandLines(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const [index, unit] of unitsOf(words).entries()) {
    if (index === 0) line = unit;
    else if (index === 1 || line.length + unit.length + 3 <= columns) line += ` ${unit}`;
    else {
      lines.push(`${line} \\`);
      line = `  ${unit}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

function unitsOf(words: readonly string[]): string[] {
  const units: string[] = [];
  let flag = "";
  for (const word of words) {
    if (/^-\w$/.test(word)) flag += `${word} `;
    else {
      units.push(flag + shellQuote(word));
      flag = "";
    }
  }
  return flag === "" ? units : [...units, flag.trimEnd()];
}
