// Resource providers of what the stack creates are registered.
import type { Check } from "../check";
import { fail, pass, unknown } from "../outcome";
import type { Plan } from "../plan";

const ACTION = "Microsoft.Resources/subscriptions/providers/read";
/** Every subscription has them, and nobody registers them. */
const ALWAYS = ["Microsoft.Resources", "Microsoft.Authorization"];
/** Where a cluster has its nodes and addresses from. */
const BEHIND_CLUSTERS = ["Microsoft.Compute", "Microsoft.Network"];

function namespacesOf({ resources }: Plan): readonly string[] {
  const own = resources.map(({ type }) => type.slice(0, type.indexOf("/")));
  const behind = own.includes("Microsoft.ContainerService") ? BEHIND_CLUSTERS : [];
  return [...new Set([...own, ...behind])].filter((namespace) => !ALWAYS.includes(namespace)).sort();
}

export const PROVIDERS: Check = {
  id: "resource-providers",
  asks: "whether the resource provider of each planned type is registered",
  rights: [ACTION],
  source: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types",
  async run({ azure, plan }) {
    const states = await Promise.all(
      namespacesOf(plan).map(async (namespace) => {
        const { registrationState } = await azure.ask({ action: ACTION, what: `the provider ${namespace}` }, (abortSignal) =>
          azure.resources.providers.get(namespace, { abortSignal }),
        );
        return { namespace, state: registrationState ?? "in no known state" };
      }),
    );
    if (states.length === 0) return [];
    const missing = states.filter(({ state }) => state !== "Registered");
    if (missing.length === 0) return [pass(`registered: ${states.map(({ namespace }) => namespace).join(", ")}`)];
    return missing.map(({ namespace, state }) =>
      state === "Registering"
        ? unknown(
            `${namespace} is being registered`,
            `az provider show --namespace ${namespace} --query registrationState says when it is done`,
          )
        : fail(`${namespace} is ${state}`, `az provider register --namespace ${namespace} --wait`),
    );
  },
};
