import { type Target, TARGETS } from "../targets.ts";

/** Exit code of the stand-in program. It is not 0, so that a test cannot mistake the stand-in for a working program. */
export const STAND_IN_EXIT_CODE = 7;

/** Machine code of `exit(7)`. */
const EXIT: Readonly<Record<Target, readonly number[]>> = {
  // mov edi, 7; mov eax, 60; syscall
  "x86_64-unknown-linux-gnu": [0xbf, 7, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05],
  // mov x0, #7; mov x8, #93; svc #0
  "aarch64-unknown-linux-gnu": [0xe0, 0, 0x80, 0xd2, 0xa8, 0x0b, 0x80, 0xd2, 1, 0, 0, 0xd4],
};

const HEADER_BYTES = 64;
const SEGMENT_BYTES = 56;
const ADDRESS = 0x400000;

/** Returns a minimal program that tests use as the base runtime of a target: a 64-bit ELF file with one segment. */
export function standIn(target: Target): Uint8Array<ArrayBuffer> {
  const code = EXIT[target];
  const start = HEADER_BYTES + SEGMENT_BYTES;
  const bytes = new Uint8Array(start + code.length);
  const view = new DataView(bytes.buffer);
  const half = (at: number, value: number) => view.setUint16(at, value, true);
  const word = (at: number, value: number) => view.setUint32(at, value, true);
  const long = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  half(16, 2); // executable
  half(18, TARGETS[target].machine);
  word(20, 1);
  long(24, ADDRESS + start);
  long(32, HEADER_BYTES);
  half(52, HEADER_BYTES);
  half(54, SEGMENT_BYTES);
  half(56, 1);
  half(58, 64); // size of a section header; the file has none

  word(64, 1); // segment to load
  word(68, 5); // readable and executable
  long(80, ADDRESS);
  long(88, ADDRESS);
  long(96, bytes.length);
  long(104, bytes.length);
  long(112, 0x1000);
  bytes.set(code, start);
  return bytes;
}
