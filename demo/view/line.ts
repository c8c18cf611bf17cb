/** How a piece of text is meant; the screen decides what that looks like. */
export type Tone = "plain" | "dim" | "good" | "busy" | "bad" | "strong" | "command";

export interface Span {
  text: string;
  tone?: Tone;
}

/** One line of output, without its end. */
export type Line = readonly Span[];

const SEQUENCES: Record<Tone, string> = {
  plain: "",
  dim: "\x1b[2m",
  good: "\x1b[32m",
  busy: "\x1b[33m",
  bad: "\x1b[31m",
  strong: "\x1b[1m",
  command: "\x1b[36m",
};
const RESET = "\x1b[0m";

/** A line of one tone. */
export function say(text: string, tone: Tone = "plain"): Line {
  return [{ text, tone }];
}

/** The line as characters, in colours (ANSI) or without. */
export function paintLine(line: Line, colours: boolean): string {
  return line.map(({ text, tone = "plain" }) => {
    const sequence = SEQUENCES[tone];
    return colours && sequence !== "" ? `${sequence}${text}${RESET}` : text;
  }).join("");
}

/** The line cut to at most `columns` characters; what is missing shows as "…". */
export function fitLine(line: Line, columns: number): Line {
  const length = line.reduce((sum, { text }) => sum + text.length, 0);
  if (length <= columns) return line;
  const fitted: Span[] = [];
  let left = columns - 1;
  for (const span of line) {
    const text = span.text.slice(0, left);
    left -= text.length;
    if (text !== "") fitted.push({ ...span, text });
  }
  return columns > 0 ? [...fitted, { text: "…", tone: "dim" }] : [];
}

/** The line broken between words into lines of at most `columns` characters, those after the first indented. */
export function wrapLine(line: Line, columns: number, indent: string): Line[] {
  const words = line.flatMap(({ text, tone = "plain" }) =>
    (text.match(/\S+\s*|\s+/g) ?? []).map((word) => ({ text: word, tone }))
  );
  const lines: Span[][] = [[]];
  let length = 0;
  for (const word of words) {
    if (length > 0 && length + word.text.trimEnd().length > columns) {
      const last = lines.at(-1)?.at(-1);
      if (last) last.text = last.text.trimEnd();
      lines.push([{ text: indent }]);
      length = indent.length;
    }
    lines.at(-1)?.push(word);
    length += word.text.length;
  }
  return lines;
}
