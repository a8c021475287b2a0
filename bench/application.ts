// The application as the rehearsal runs it: memory, and requests per second against a server that only sends the same bytes.
import { fork } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { rehearse } from "../rehearsal/rehearse";
import { inTurn } from "./figures";

const CONNECTIONS = 10;
const SECONDS = 2;

export interface ApplicationFigures {
  readonly rehearsals: readonly { readonly programMs: number; readonly appReadyMs: number; readonly totalMs: number }[];
  readonly residentMegabytes: number;
  readonly page: { readonly own: number[]; readonly bare: number[] };
}

export async function application(root: string, rounds: number): Promise<ApplicationFigures> {
  const once = () =>
    rehearse({
      directory: root,
      stack: "dev",
      set: [],
      app: undefined,
      breakage: undefined,
      signal: new AbortController().signal,
    });
  const rehearsals = [];
  for (let round = 0; round < rounds; round += 1) {
    const { report, close } = await once();
    await close();
    rehearsals.push(report.timings);
  }
  const { report, ports, close } = await once();
  try {
    const url = report.pods[0]?.url;
    if (url === undefined || url === null) throw new Error("the dev stack has no pod that answers: run npm run rehearse first");
    const residentMegabytes = await resident([...ports.values()][0]?.metrics);
    const page = await requestsPerSecond(`${url}/`, rounds);
    return { rehearsals, residentMegabytes, page };
  } finally {
    await close();
  }
}

async function resident(metricsPort: number | undefined): Promise<number> {
  if (metricsPort === undefined) return Number.NaN;
  const text = await fetch(`http://127.0.0.1:${metricsPort}/metrics`).then((answer) => answer.text());
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1] ?? Number.NaN) / 2 ** 20;
}

async function requestsPerSecond(url: string, rounds: number): Promise<{ own: number[]; bare: number[] }> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const file = join(directory, "page.html");
  await writeFile(file, await fetch(url).then((answer) => answer.text()));
  const bare = fork(join(__dirname, "bareServer.js"), [file], { execArgv: [] });
  try {
    const port = await new Promise<unknown>((resolve) => bare.once("message", resolve));
    const load = (target: string) => async () =>
      (await autocannon({ url: target, connections: CONNECTIONS, duration: SECONDS })).requests.average;
    const { a, b } = await inTurn(rounds, load(url), load(`http://127.0.0.1:${port}/`));
    return { own: a, bare: b };
  } finally {
    bare.disconnect();
    await rm(directory, { recursive: true });
  }
}
