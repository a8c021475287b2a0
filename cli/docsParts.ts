// The parts of the documentation that follow from the code, each as the text between its two markers.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { CLUSTER_ROLE_EFFECT, DURATIONS, type Figure, IMAGE_BUILD } from "../bench/durations";
import { CHECKS } from "../diagnosis/preflight/preflight";
import { BREAKS } from "../rehearsal/breaks";
import { readStack } from "../rehearsal/stack";
import { catalogue, threads } from "./docs/rules";
import { code, table } from "./docs/table";
import { ALLOWED_IMPORTS } from "./importDirections";
import { EXAMPLES, exampleText } from "./migration/examples";

export const ROOT = join(__dirname, "..");

export interface Part {
  /** File that holds it, relative to the project. */
  readonly file: string;
  /** Name in its markers. */
  readonly name: string;
  readonly text: () => string;
}

export const PARTS: readonly Part[] = [
  { file: "README.md", name: "nodes", text: nodes },
  { file: "README.md", name: "configuration", text: configuration },
  { file: "docs/architecture.md", name: "imports", text: imports },
  { file: "docs/durations.md", name: "durations", text: durations },
  { file: "docs/preflight.md", name: "checks", text: checks },
  { file: "docs/rehearsal.md", name: "breaks", text: breaks },
  { file: "docs/rules.md", name: "catalogue", text: catalogue },
  { file: "docs/rules.md", name: "threads", text: threads },
  ...EXAMPLES.map(({ key }) => ({ file: "docs/migrate.md", name: `system ${key}`, text: () => exampleText(key) })),
];

function imports(): string {
  const there = Object.entries(ALLOWED_IMPORTS).filter(([layer]) => existsSync(join(ROOT, layer)));
  const rows = there.map(([layer, allowed]) => [code(layer), allowed.map(code).join(", ") || "nothing outside its folder"]);
  return table(["Module", "May import besides itself"], rows);
}

function checks(): string {
  const rows = CHECKS.map(({ id, asks, rights, source }) => [
    `[${code(id)}](${source})`,
    asks,
    rights.map(code).join(", ") || "none: nothing of Azure is asked",
  ]);
  return table(["Check", "Asks", "Takes the rights"], rows);
}

const projectShape = z.looseObject({
  config: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      items: z.looseObject({ type: z.string() }).optional(),
      default: z.unknown(),
      description: z.string(),
    }),
  ),
});

function configuration(): string {
  const { config } = projectShape.parse(parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8")));
  const rows = Object.entries(config).map(([key, { type, items, default: value, description }]) => [
    code(key),
    items === undefined ? type : `${type} of ${items.type}`,
    code(JSON.stringify(value)),
    description.trim(),
  ]);
  return table(["Key", "Type", "Default", "Meaning"], rows);
}

const poolShape = z.looseObject({ vmSize: z.string(), minCount: z.number(), maxCount: z.number() });
type Pool = z.infer<typeof poolShape>;

function nodes(): string {
  const stacks = readdirSync(ROOT).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  const rows = stacks.flatMap((stack) => {
    const pools = Object.entries(poolsOf(stack));
    const each = pools.map(([pool, { vmSize, minCount, maxCount }]) => {
      const cores = coresOf(vmSize);
      return {
        cells: [stack, pool, code(vmSize), String(cores), range(minCount, maxCount)],
        min: cores * minCount,
        max: cores * maxCount,
      };
    });
    const total = [stack, "all", "", "", "", range(sum(each.map(({ min }) => min)), sum(each.map(({ max }) => max)))];
    return [...each.map(({ cells, min, max }) => [...cells, range(min, max)]), ...(each.length > 1 ? [total] : [])];
  });
  return table(["Stack", "Pool", "Size", "vCPUs each", "Nodes", "vCPUs"], rows);
}

function poolsOf(stack: string): Record<string, Pool> {
  const { project, config } = readStack(ROOT, stack, []);
  const value = (key: string) => config[`${project}:${key}`] ?? "";
  const system = {
    vmSize: value("systemPoolVmSize"),
    minCount: Number(value("systemPoolMinCount")),
    maxCount: Number(value("systemPoolMaxCount")),
  };
  return { system, ...z.record(z.string(), poolShape).parse(JSON.parse(value("pools"))) };
}

/** The number after the family's letters. https://learn.microsoft.com/azure/virtual-machines/vm-naming-conventions */
function coresOf(vmSize: string): number {
  const cores = /^Standard_[A-Z]+(\d+)/.exec(vmSize)?.[1];
  if (cores === undefined) throw new Error(`The size ${vmSize} does not say how many vCPUs it has`);
  return Number(cores);
}

const range = (min: number, max: number) => (min === max ? String(min) : `${min} to ${max}`);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function breaks(): string {
  const rows = BREAKS.map(({ name, code: shown, rule, description, source }) => [
    code(name),
    description,
    shown,
    rule,
    `[source](${source})`,
  ]);
  return table(["Name", "What is wrong", "The pod shows", "Rule", "Seen in"], rows);
}

function durations(): string {
  const row = (what: string, { seconds, certainty, source }: Figure) => [what, String(seconds), certainty, `[source](${source})`];
  const rows = Object.entries(DURATIONS).flatMap(([type, duration]) => [
    row(code(type), duration),
    ...(duration.effect === undefined ? [] : [row(`${code(type)} until it is in effect`, duration.effect)]),
  ]);
  const others = [
    row("an administrator's role until the API server knows it", CLUSTER_ROLE_EFFECT),
    row("an image's build in the registry", IMAGE_BUILD),
  ];
  return table(["What", "Seconds", "How sure", "Source"], [...rows, ...others]);
}
