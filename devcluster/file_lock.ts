const RETRY_INTERVAL_MS = 200;

/**
 * Locks a file, runs `work` and unlocks the file. The lock excludes other processes and other calls in this process.
 * If the process is killed, the kernel releases the lock. While the call waits for the lock, it calls `onWait`
 * repeatedly with the ID of the process that holds the lock.
 */
export async function withFileLock<T>(
  path: string,
  onWait: (holderPid: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  using file = await Deno.open(path, { create: true, read: true, write: true });
  while (!await file.tryLock(true)) {
    onWait(await Deno.readTextFile(path));
    await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
  }
  await file.truncate();
  await file.write(new TextEncoder().encode(`${Deno.pid}`));
  return await work();
}
