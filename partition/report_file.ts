import { closeSync, constants, openSync, writeSync } from "node:fs";
import { type DeletionReport, REPORT_MAX_BYTES } from "./report.ts";

/** Half of what the kubelet keeps, and within one page, which the kernel writes whole or not at all. */
export const RECORD_BYTES = REPORT_MAX_BYTES / 2;

/** A file that holds the newest report, whole at every moment. */
export interface ReportFile extends Disposable {
  write(report: DeletionReport): void;
}

/**
 * Opens the file that a report is kept in, which is made if it is not there.
 *
 * A process that is killed must leave no half record behind: each is as long as the one before, so that one write at
 * the beginning of the file replaces it and nothing is ever cut off. Readers trim the spaces at its end.
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

/** A report as JSON, filled up with spaces and ended by a newline; a long message loses its end. */
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
