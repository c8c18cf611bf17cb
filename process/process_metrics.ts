import process from "node:process";
import { Counter, Gauge, type Registry } from "prom-client";

/** Registers process metrics from Deno's own APIs. prom-client would read /proc, which requires all permissions. */
export function registerProcessMetrics(registry: Registry): void {
  const startedSeconds = Math.round(Date.now() / 1000 - process.uptime());
  gauge("process_resident_memory_bytes", "Resident memory", () => Deno.memoryUsage().rss);
  gauge("process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  gauge(
    "process_start_time_seconds",
    "Start time of the process in seconds since 1970",
    () => startedSeconds,
  );
  cpu(registry);

  function gauge(name: string, help: string, read: () => number) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  }
}

function cpu(registry: Registry) {
  let counted = 0;
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time",
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(Math.max(0, seconds - counted));
      counted = Math.max(counted, seconds);
    },
  });
}
