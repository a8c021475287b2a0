// One whole command line for each system: docs/migrate.md shows what it prints, and the tests run the program with it.
import { migrateArguments } from "../migrateArguments";
import { importDocument } from "./importFile";
import { planText } from "./plan";
import { SYSTEM_KEYS, type SystemKey } from "./request";

const COMMON = [
  ["--subscription", "22222222-2222-4222-8222-222222222222"],
  ["--resource-group", "rg-old"],
  ["--cluster", "aks-old"],
] as const;
const APPLICATION = [
  ["--application-id", "55555555-5555-4555-8555-555555555555"],
  ["--service-principal-id", "66666666-6666-4666-8666-666666666666"],
] as const;

type Options = readonly (readonly [name: string, value: string])[];

const OPTIONS: Readonly<Record<SystemKey, Options>> = {
  a: [...COMMON, ["--identity", "still-shiner-app"], ...APPLICATION],
  b: [...COMMON, ["--identity", "id-reader"], ["--storage-account", "streader"], ["--container", "test"]],
  c: [...COMMON, ["--identity", "myIdentity"], ["--vault", "kv-old"]],
  d: [...COMMON, ["--identity", "fed-app"], ...APPLICATION],
};

export const EXAMPLES = SYSTEM_KEYS.map((key) => ({ key, args: ["--system", key, ...OPTIONS[key].flat()] }));

const FILE = "import.json";

/** The command of a system with all that it prints, as Markdown. */
export function exampleText(key: SystemKey): string {
  const migration = migrateArguments(["--system", key, ...OPTIONS[key].flat()]);
  if (migration === undefined) throw new Error("an example asks for help only");
  const { system, request } = migration;
  const lines = [`npm run -s migrate -- --system ${key}`, ...OPTIONS[key].map((option) => `  ${option.join(" ")}`)];
  const command = `${lines.join(" \\\n")} > ${FILE}`.replaceAll(/^/gm, "    ");
  const block = (language: string, text: string) => `\`\`\`${language}\n${text}\`\`\``;
  const document = block("json", importDocument(system.adopted(request)));
  const plan = block("sh", planText(system, request, FILE));
  return `${command}\n\nStandard output, \`${FILE}\`:\n\n${document}\n\nStandard error:\n\n${plan}`;
}
