// Prometheus text for a second port that the Service does not expose. https://prometheus.io/docs/instrumenting/exposition_formats/
import type { Chain } from "./chain";
import { worksAll } from "./chainState";

export class RequestCounter {
  readonly #counts = new Map<number, number>();

  count(status: number): void {
    this.#counts.set(status, (this.#counts.get(status) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<number, number> {
    return this.#counts;
  }
}

export function metricsText(chain: Pick<Chain, "state" | "tries">, requests: RequestCounter, now: number): string {
  const secret = chain.state.secret.last;
  const metrics = [
    metric("app_chain_working", "gauge", "1 if the latest try of everything worked.", [["", worksAll(chain.state) ? 1 : 0]]),
    metric(
      "app_chain_tries_total",
      "counter",
      "Tries to read what the pod was given, by result.",
      labelled("result", chain.tries),
    ),
    metric(
      "app_secret_last_read_timestamp_seconds",
      "gauge",
      "When the secret was last read.",
      secret === undefined ? [] : [["", secret.readAt / 1000]],
    ),
    metric("app_http_requests_total", "counter", "Answered requests, by status.", labelled("status", requests.counts)),
    metric("process_resident_memory_bytes", "gauge", "Resident memory.", [["", process.memoryUsage.rss()]]),
    metric("process_start_time_seconds", "gauge", "When the process started.", [["", now / 1000 - process.uptime()]]),
  ];
  return metrics.join("");
}

type Sample = readonly [labels: string, value: number];

function metric(name: string, type: "gauge" | "counter", help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

/** Codes and statuses hold letters and digits only, so that label values need no escaping. */
function labelled(label: string, counts: ReadonlyMap<string | number, number>): Sample[] {
  return [...counts].map(([value, count]) => [`{${label}="${value}"}`, count]);
}
