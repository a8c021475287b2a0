// What a function of azure-native answers about something that the program does not create: where it is, and nothing else of it.
import { KINDS, kindOf } from "../cloud/fronts/azureKinds";
import { unknownOutput, unknownValue } from "./leftOut";

/** What programs read of what is there already. */
const READ = ["location", "clientId", "principalId", "tenantId", "loginServer"];

export function existingAnswer(
  token: string,
  inputs: Readonly<Record<string, unknown>>,
  subscriptionId: string,
): Record<string, unknown> {
  const unknown = (name: string) => unknownOutput(token, name);
  if (/:listManagedCluster\w*Credentials$/.test(token))
    return { kubeconfigs: [{ name: "unknown", value: Buffer.from(unknown("kubeconfigs")).toString("base64") }] };
  const answer = Object.fromEntries(READ.map((name) => [name, unknown(name)]));
  const type = kindOf(token)?.replace(":get", ":");
  const kind = type === undefined ? undefined : KINDS[type];
  const names = (kind?.levels ?? []).map(([level, input]) => `${level}/${inputs[input]}`);
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${inputs.resourceGroupName}`;
  const id = kind === undefined ? unknown("id") : `${group}/providers/${kind.provider}/${names.join("/")}`;
  const name = kind === undefined ? unknown("name") : inputs[kind.levels.at(-1)?.[1] ?? ""];
  return { ...answer, id, name, properties: unknownValue(token, "properties") };
}
