// The parts of npm run bench, in the order in which it runs them. Each loads what it measures itself: whoever mistypes an option need not wait for that.
import { median, range } from "../bench/figures";
import { printMakespan } from "./benchMakespan";
import { detail, line } from "./benchOutput";
import { printScale, type ScaleSettings } from "./benchScale";

export interface BenchPart {
  /** For `--only`. */
  readonly name: string;
  readonly about: string;
  /** Takes minutes, and an engine: it runs when it is asked for, and not with the others. */
  readonly onDemand?: true;
  print(root: string, rounds: number, scale: ScaleSettings): Promise<void>;
}

const AIMS = {
  startRatio: 2.5,
  publicStyleRatio: 0.2,
  rehearsalMs: 3000,
  appReadyMs: 600,
  residentMegabytes: 110,
  requestsRatio: 0.5,
  unchangedMs: 50,
  archiveRatio: 0.5,
} as const;

/** A round of the public style takes as long as 20 of the others, and its ratio is far from its aim. */
const PUBLIC_STYLE_ROUNDS = 3;

export const BENCH_PARTS: readonly BenchPart[] = [
  { name: "start", about: "this program's start against an empty one's", print: start },
  { name: "unchanged-image", about: 'from an unchanged folder to "nothing to do"', print: unchangedImage },
  { name: "archive", about: "packing a build context against tar", print: archive },
  { name: "application", about: "a rehearsal, the application's start, memory and requests", print: application },
  { name: "makespan", about: "how long up takes on a virtual clock, and its critical path", print: printMakespan },
  {
    name: "public-style",
    about: "this program's start as pulumi up starts it, against the common public style",
    print: publicStyle,
  },
  {
    name: "scale",
    about: "time and memory of preview and up by workloads, on the real engine (as --scale)",
    onDemand: true,
    print: (root, _rounds, scale) => printScale(root, scale),
  },
];

async function start(root: string, rounds: number): Promise<void> {
  const { programStart } = require("../bench/programStart") as typeof import("../bench/programStart");
  const { own, empty } = await programStart(root, rounds);
  const ratio = median(own) / median(empty);
  line("program start", `${ratio.toFixed(2)} x an empty Pulumi program`, ratio <= AIMS.startRatio, `aim ${AIMS.startRatio} x`);
  detail(`${median(own).toFixed(0)} ms (${range(own, 0)}) against ${median(empty).toFixed(0)} ms (${range(empty, 0)})`);
}

async function unchangedImage(root: string, rounds: number): Promise<void> {
  const measured = require("../bench/unchangedImage") as typeof import("../bench/unchangedImage");
  const { folder, found } = await measured.unchangedImage(root, rounds);
  const unchanged = median(found);
  const known = `${unchanged.toFixed(0)} ms from the folder to "nothing to do"`;
  line("unchanged image", known, unchanged < AIMS.unchangedMs, `aim ${AIMS.unchangedMs} ms`);
  detail(`of which reading the folder, which is all of a preview, ${median(folder).toFixed(1)} ms; the registry is on loopback`);
}

async function archive(_root: string, rounds: number): Promise<void> {
  const measured = require("../bench/archive") as typeof import("../bench/archive");
  const { own, tar } = await measured.archive(rounds);
  const speed = median(tar) / median(own);
  line("archive", `${speed.toFixed(2)} x the speed of tar -czf`, speed >= AIMS.archiveRatio, `aim ${AIMS.archiveRatio} x`);
  detail(
    `${median(own).toFixed(0)} ms (${range(own, 0)}) against ${median(tar).toFixed(0)} ms (${range(tar, 0)}) for 10 MiB in 500 files`,
  );
}

async function application(root: string, rounds: number): Promise<void> {
  const measured = require("../bench/application") as typeof import("../bench/application");
  const { rehearsals, residentMegabytes, page } = await measured.application(root, rounds);
  const total = median(rehearsals.map(({ totalMs }) => totalMs));
  line("rehearsal of dev", `${total.toFixed(0)} ms`, total < AIMS.rehearsalMs, `aim ${AIMS.rehearsalMs} ms`);
  detail(`of which the program ${median(rehearsals.map(({ programMs }) => programMs)).toFixed(0)} ms`);
  const ready = median(rehearsals.map(({ appReadyMs }) => appReadyMs));
  const aim = `aim ${AIMS.appReadyMs} ms`;
  line("application ready", `${ready.toFixed(0)} ms after its process starts`, ready < AIMS.appReadyMs, aim);
  const memory = `${residentMegabytes.toFixed(0)} MB when ready`;
  line("application memory", memory, residentMegabytes < AIMS.residentMegabytes, `aim ${AIMS.residentMegabytes} MB`);
  const share = median(page.own) / median(page.bare);
  const requests = `${share.toFixed(2)} x a bare node:http server with the same bytes`;
  line("page requests", requests, share >= AIMS.requestsRatio, `aim ${AIMS.requestsRatio} x`);
  detail(`${median(page.own).toFixed(0)} against ${median(page.bare).toFixed(0)} requests per second`);
}

async function publicStyle(root: string, rounds: number): Promise<void> {
  const measured = require("../bench/publicStyleStart") as typeof import("../bench/publicStyleStart");
  const { first, again, resources } = await measured.publicStyleStart(root, Math.min(rounds, PUBLIC_STYLE_ROUNDS));
  const ratio = median(first.own) / median(first.publicStyle);
  const figure = `${ratio.toFixed(2)} x the same resources in the common public style`;
  line("start of pulumi up", figure, ratio < AIMS.publicStyleRatio, `aim below ${AIMS.publicStyleRatio} x`);
  const against = ({ own, publicStyle: common }: typeof first) =>
    `${median(own).toFixed(0)} ms (${range(own, 0)}) against ${median(common).toFixed(0)} ms (${range(common, 0)})`;
  detail(
    `${against(first)} for ${resources} resources of Azure and Kubernetes each, by Pulumi's own runner, nothing compiled yet`,
  );
  detail(`${against(again)} once more, with what the runner keeps of an unchanged program`);
}
