// The rehearsal's report for a person.
import { count, type Finding } from "../chain";
import type { Break } from "../rehearsal/breaks";
import type { Rehearsal } from "../rehearsal/rehearse";
import type { EngineReport, PodChain, Report } from "../rehearsal/report";
import { extentOf } from "../rehearsal/reportParts";
import { paint } from "./paint";

const WIDTH = 72;
/** Of a pod that is not ready: Node prints up to a dozen lines after the message of an error. */
const LAST_LINES = 20;
/** As many lines of what was not covered as a person reads through. */
const MOST_NOT_COVERED = 5;

export function printStep(step: string, milliseconds: number): void {
  console.log(`${paint("green", "✓")} ${step} ${paint("dim", `${(milliseconds / 1000).toFixed(2)} s`)}`);
}

type Printed = Pick<Rehearsal, "report" | "chains" | "output" | "standIns" | "registered">;

/** `program`: the folder of one that is not this project's own. */
export function printReport({ report, chains, output, standIns, registered }: Printed, serving: boolean, program?: string): void {
  for (const chain of chains) printChain(chain);
  for (const finding of report.findings) printFinding(finding);
  if (report.engine !== null) printEngine(report.engine);
  if (!report.ok)
    printPodOutput(
      report.pods.filter(({ ready }) => !ready).map(({ namespace, name }) => `${namespace}/${name}`),
      output,
    );
  console.log();
  if (serving) for (const { namespace, name, url } of report.pods) if (url !== null) console.log(`${namespace}/${name}  ${url}/`);
  const { issuerUrl, serviceIp } = report.outputs;
  if (issuerUrl !== undefined) console.log(`issuerUrl  ${issuerUrl}`);
  if (serviceIp !== undefined) console.log(`serviceIp  ${serviceIp}  (emulated)`);
  const verdict = report.ok
    ? paint("green", `The chain works for ${report.pods.length} pod(s)`)
    : paint("red", destroyFailed(report) ? "The chain works, and the stack does not go" : "The chain does not work");
  console.log(`\n${paint("bold", verdict)} in ${(report.timings.totalMs / 1000).toFixed(2)} s.`);
  for (const { pod, image } of standIns) console.log(`stand-in: ${pod} (${image}): a built-in program ran, not this image`);
  printLimits(registered, report, program);
  if (serving) console.log("\nServing until Ctrl-C.");
}

function printChain({ pod, links }: PodChain): void {
  console.log(`\n${paint("bold", pod)}`);
  const width = Math.max(...links.map(({ link }) => link.length));
  for (const { link, expected, found, finding } of links) {
    const mark = finding === undefined ? paint("green", "✓") : paint("red", "✗");
    const name = link.padEnd(width);
    if (finding === undefined) console.log(`  ${mark} ${name}  ${shorten(found)}`);
    else console.log(`  ${mark} ${name}  expected ${expected}\n    ${" ".repeat(width)}  found    ${found}`);
  }
}

/** The chain is what the findings and pods say; going is another thing. */
function destroyFailed({ engine, pods, findings }: Report): boolean {
  const works = pods.every(({ ready }) => ready) && findings.every(({ severity }) => severity !== "error");
  return works && engine !== null && engine.failure === null && (engine.left ?? []).length > 0;
}

function printEngine({ failure, destroyFailure, left }: EngineReport): void {
  const failed = (what: string, text: string) => console.log(`\n${paint("red", `✗ ${what}`)}\n${indented(text)}`);
  if (failure !== null) failed("pulumi up", failure);
  if (destroyFailure !== null) failed("pulumi destroy", destroyFailure);
  else if (left !== null && left.length > 0) failed("pulumi destroy left", left.join("\n"));
}

function indented(text: string): string {
  return text.replace(/^/gm, "    ");
}

function shorten(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH - 25)}…${text.slice(-24)}`;
}

function printFinding({ rule, severity, code, message, resource, property, expected, actual, fix }: Finding): void {
  // A rule of its own explains it, though no code of Azure's does.
  const shown = code === null || (code === "Unexplained" && rule !== "WI099") ? rule : code;
  const head = severity === "warning" ? paint("yellow", `! ${shown}`) : paint("red", `✗ ${shown}`);
  console.log(`\n${head}  ${message}${shown === rule ? "" : ` (${rule})`}`);
  console.log(
    `    resource  ${resource}\n    property  ${property}\n    expected  ${expected}\n    actual    ${actual}\n    fix       ${fix}`,
  );
}

function printPodOutput(pods: readonly string[], output: ReadonlyMap<string, string>): void {
  for (const pod of pods.slice(0, 3)) {
    const lines = output.get(pod)?.trim().split("\n").filter(Boolean) ?? [];
    if (lines.length === 0) continue;
    console.log(`\n${paint("dim", `last lines of ${pod}`)}`);
    for (const line of lines.slice(-LAST_LINES)) console.log(`    ${line}`);
  }
}

function printLimits(registered: number, { notCovered, stack, engine }: Report, program: string | undefined): void {
  const { resources, steps, values } = extentOf(notCovered);
  const left = [
    `${count(resources, "resource")} not exercised`,
    ...(steps === 0 ? [] : [`${count(steps, "step")} of Dockerfiles not performed`]),
    ...(values === 0 ? [] : [`${count(values, "encrypted value")} not read`]),
  ];
  // Steps of a Dockerfile are long, and say little that their number does not.
  const few = notCovered.length <= MOST_NOT_COVERED && steps === 0;
  console.log(
    paint(
      "dim",
      [
        `${registered} resources ${engine === null ? "registered" : "created by the engine"}, their outputs emulated; ${left.join(", ")}${few ? "." : " (--json lists them)."}`,
        ...(few ? notCovered.map(({ resource, reason }) => `  ${resource}: ${reason}`) : []),
        `Not checked: the providers' own ${engine === null ? "validation" : "code (stand-ins check inputs by the packages' types)"}, quota, your rights, propagation times, container isolation.`,
        `The same program for real: pulumi up --stack ${stack}${program === undefined ? "" : ` --cwd ${program}`}`,
      ].join("\n"),
    ),
  );
}

export function printBreaks(breaks: readonly Break[]): void {
  const width = Math.max(...breaks.map(({ name }) => name.length));
  for (const { name, code, description } of breaks) console.log(`${name.padEnd(width)}  ${code.padEnd(19)}  ${description}`);
}
