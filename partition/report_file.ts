import { closeSync, constants, openSync, writeSync } from "node:fs";
import { type DeletionReport, REPORT_MAX_BYTES } from "./report.ts";

/**
 * Size of the report file in bytes: half of the maximum size of a termination message. The kernel writes data of less
 * than 4 KiB atomically.
 */
export const RECORD_BYTES = REPORT_MAX_BYTES / 2;

/** File that contains the newest report, and never a partial report. */
export interface ReportFile extends Disposable {
  write(report: DeletionReport): void;
}

/**
 * Opens a report file, and creates it if it does not exist.
 *
 * The file contains one report as JSON, padded with spaces to a fixed length. Each write at offset 0 replaces the whole
 * content, so that a killed process never leaves a partial report. Readers trim the spaces.
 *
 * @throws if the file cannot be opened for writing
 */
export function openReportFile(path: string): ReportFile {
  let file: number;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_CREAT);
  } catch (cause) {
    throw new Error(`Cannot write the report to "${path}"`, { cause });
  }
  return {
    write(report) {
      const record = reportRecord(report);
      writeSync(file, record, 0, record.length, 0);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

/** Returns a report as JSON, padded with spaces to `RECORD_BYTES`. A message that is too long is truncated. */
export function reportRecord(report: DeletionReport): Uint8Array {
  const encoder = new TextEncoder();
  let text = JSON.stringify(report);
  let bytes = encoder.encode(text);
  let message = report.message ?? "";
  while (bytes.length >= RECORD_BYTES && message !== "") {
    message = message.slice(0, Math.floor(message.length * 0.9));
    text = JSON.stringify({ ...report, message: `${message}…` });
    bytes = encoder.encode(text);
  }
  const record = new Uint8Array(RECORD_BYTES).fill(0x20);
  record.set(bytes);
  record[RECORD_BYTES - 1] = 0x0a;
  return record;
}
