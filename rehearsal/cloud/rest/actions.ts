// What is no reading or writing of a resource: credentials of a cluster, whether a name is free.
import { z } from "zod";
import { NAME_RULES, type NameRule } from "../../../chain";
import type { EmulatedResponse } from "../../network/handler";
import { clusterCredentials } from "../fronts/clusterCredentials";
import { CLUSTER, REGISTRY, STORAGE_ACCOUNT, VAULT } from "../resourceTypes";
import { forbidden, perform, type RestCall, type RestContext } from "./context";
import { onDeletedVaults } from "./deletedVaults";
import { existing } from "./lookup";
import type { Shape } from "./shapes";

const CREDENTIALS: Readonly<Record<string, "user" | "admin">> = {
  listclusterusercredential: "user",
  listclusteradmincredential: "admin",
};

/** Undefined: the emulation has no such call of this type, or another part of it has. */
export async function onAction(
  context: RestContext,
  call: RestCall,
  shape: Shape,
  id: string,
  action: string,
): Promise<EmulatedResponse | undefined> {
  const kind = call.method === "POST" && shape.type === CLUSTER ? CREDENTIALS[action.toLowerCase()] : undefined;
  if (kind === undefined) return undefined;
  const name = `listCluster${kind === "user" ? "User" : "Admin"}Credential`;
  const refused = forbidden(context, call, `${CLUSTER}/${name}/action`, id);
  if (refused !== undefined) return refused;
  return perform(context, "call", `${CLUSTER}/${name}`, id, () => {
    const { resource } = existing(context, shape, id);
    const resourceGroupName = /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
    return {
      status: 200,
      body: clusterCredentials(
        context.cloud.manager,
        { resourceGroupName, resourceName: resource.name },
        kind,
        context.cloud.clusterAccess,
      ),
    };
  });
}

interface Nameable {
  readonly rule: NameRule;
  readonly invalid: string;
}

/** Reasons differ by provider: each one's reference under https://learn.microsoft.com/rest/api. */
const NAMEABLE: Readonly<Record<string, Nameable>> = {
  [VAULT]: { rule: NAME_RULES.vault, invalid: "AccountNameInvalid" },
  [REGISTRY]: { rule: NAME_RULES.registry, invalid: "Invalid" },
  [STORAGE_ACCOUNT]: { rule: NAME_RULES.storageAccount, invalid: "AccountNameInvalid" },
};

const nameShape = z.looseObject({ name: z.string(), type: z.string() });

/** Calls at a subscription. Names are taken by what this emulation holds, and by nothing else in the world. */
export async function onCall(
  context: RestContext,
  call: RestCall,
  namespace: string,
  path: readonly string[],
): Promise<EmulatedResponse | undefined> {
  const [name = "", ...more] = path;
  if (call.method !== "POST" || more.length > 0 || !/^checkNameAvailability$/i.test(name))
    return namespace === "Microsoft.KeyVault" ? onDeletedVaults(context, call, path) : undefined;
  const type = Object.keys(NAMEABLE).find((each) => each.startsWith(`${namespace}/`));
  const rules = type === undefined ? undefined : NAMEABLE[type];
  if (type === undefined || rules === undefined) return undefined;
  const refused = forbidden(
    context,
    call,
    `${namespace}/checkNameAvailability/read`,
    `/subscriptions/${context.cloud.subscriptionId}`,
  );
  if (refused !== undefined) return refused;
  return perform(context, "call", `${namespace}/checkNameAvailability`, "", () => ({
    status: 200,
    body: availability(context, type, rules, nameShape.parse(JSON.parse(call.body)).name),
  }));
}

function availability({ cloud: { manager } }: RestContext, type: string, { rule, invalid }: Nameable, name: string): object {
  if (!rule.pattern.test(name))
    return { nameAvailable: false, reason: invalid, message: `'${name}' is not a legal name: ${rule.text}` };
  // A deleted vault keeps its name until it is purged. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
  const taken = manager.isTaken(type, "", name) || (type === VAULT && manager.softDeleted.vault(name) !== undefined);
  return taken
    ? { nameAvailable: false, reason: "AlreadyExists", message: `The name '${name}' is already in use.` }
    : { nameAvailable: true };
}
