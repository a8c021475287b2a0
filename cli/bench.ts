// npm run bench: figures of this machine, as ratios measured in one run.
import { parseArgs } from "node:util";
import { median, range } from "../bench/figures";

const HELP = `Measures this project on this machine and prints medians and ratios.

  npm run bench -- [--rounds N]    rounds of each measurement (default: 5)`;

const AIMS = {
  startRatio: 2.5,
  rehearsalMs: 3000,
  appReadyMs: 600,
  residentMegabytes: 110,
  requestsRatio: 0.5,
  unchangedMs: 50,
  archiveRatio: 0.5,
} as const;

// They load the SDKs and Pulumi: whoever mistypes an option need not wait for that.
function measurements() {
  const { application } = require("../bench/application") as typeof import("../bench/application");
  const { archive } = require("../bench/archive") as typeof import("../bench/archive");
  const { programStart } = require("../bench/programStart") as typeof import("../bench/programStart");
  const { unchangedImage } = require("../bench/unchangedImage") as typeof import("../bench/unchangedImage");
  return { application, archive, programStart, unchangedImage };
}

async function main(rounds: number): Promise<void> {
  const { application, archive, programStart, unchangedImage } = measurements();
  const root = process.cwd();
  const start = await programStart(root, rounds);
  const ratio = median(start.own) / median(start.empty);
  line("program start", `${ratio.toFixed(2)} x an empty Pulumi program`, ratio <= AIMS.startRatio, `aim ${AIMS.startRatio} x`);
  detail(
    `${median(start.own).toFixed(0)} ms (${range(start.own, 0)}) against ${median(start.empty).toFixed(0)} ms (${range(start.empty, 0)})`,
  );

  const { folder, found } = await unchangedImage(root, rounds);
  const unchanged = median(found);
  const known = `${unchanged.toFixed(0)} ms from the folder to "nothing to do"`;
  line("unchanged image", known, unchanged < AIMS.unchangedMs, `aim ${AIMS.unchangedMs} ms`);
  detail(`of which reading the folder, which is all of a preview, ${median(folder).toFixed(1)} ms; the registry is on loopback`);
  const packing = await archive(rounds);
  const speed = median(packing.tar) / median(packing.own);
  line("archive", `${speed.toFixed(2)} x the speed of tar -czf`, speed >= AIMS.archiveRatio, `aim ${AIMS.archiveRatio} x`);
  detail(
    `${median(packing.own).toFixed(0)} ms (${range(packing.own, 0)}) against ${median(packing.tar).toFixed(0)} ms (${range(packing.tar, 0)}) for 10 MiB in 500 files`,
  );

  const { rehearsals, residentMegabytes, page } = await application(root, rounds);
  const total = median(rehearsals.map(({ totalMs }) => totalMs));
  line("rehearsal of dev", `${total.toFixed(0)} ms`, total < AIMS.rehearsalMs, `aim ${AIMS.rehearsalMs} ms`);
  detail(`of which the program ${median(rehearsals.map(({ programMs }) => programMs)).toFixed(0)} ms`);
  const ready = median(rehearsals.map(({ appReadyMs }) => appReadyMs));
  line(
    "application ready",
    `${ready.toFixed(0)} ms after its process starts`,
    ready < AIMS.appReadyMs,
    `aim ${AIMS.appReadyMs} ms`,
  );
  line(
    "application memory",
    `${residentMegabytes.toFixed(0)} MB when ready`,
    residentMegabytes < AIMS.residentMegabytes,
    `aim ${AIMS.residentMegabytes} MB`,
  );
  const share = median(page.own) / median(page.bare);
  line(
    "page requests",
    `${share.toFixed(2)} x a bare node:http server with the same bytes`,
    share >= AIMS.requestsRatio,
    `aim ${AIMS.requestsRatio} x`,
  );
  detail(`${median(page.own).toFixed(0)} against ${median(page.bare).toFixed(0)} requests per second`);
}

function line(name: string, figure: string, reached: boolean, aim: string): void {
  console.log(`${name.padEnd(20)} ${figure}  (${aim}: ${reached ? "reached" : "not reached"})`);
}

function detail(text: string): void {
  console.log(`${" ".repeat(21)}${text}`);
}

function run(): void {
  const options = { rounds: { type: "string", default: "5" }, help: { type: "boolean", default: false } } as const;
  const { values } = parseArgs({ options, strict: true });
  const rounds = Number(values.rounds);
  if (values.help) console.log(HELP);
  else if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1, got "${values.rounds}"`);
  else main(rounds).catch(fail);
}

function fail(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

try {
  run();
} catch (error) {
  fail(error);
}
