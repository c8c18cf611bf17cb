const SAFE = /^[\w@%+=:,./-]+$/;

/** Returns a word for a command line, in quotes if a POSIX shell would change the unquoted word. */
export function shellQuote(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Returns a command as lines that can be pasted into a shell. All lines except the last end with a backslash. All lines
 * except the first are indented. A line has at most `columns` characters, unless a single word is longer. The first
 * line contains at least two words. A short flag and its value are on the same line.
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
