// The planned SecretProviderClasses, as far as a preview knows them.
import { type SecretProviderLink, secretsInObjects, signsInAsPod } from "../../chain";
import { nameOf } from "./azureIds";
import { clientIdFrom, type identities } from "./identities";
import { metadataOf } from "./kubernetes";
import type { Plan } from "./plan";
import { at, isUnknown, type PlannedResource, textAt } from "./planned";

const TYPE = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";

export function secretProvidersOf(
  plan: Plan,
  objects: readonly PlannedResource[],
  known: ReturnType<typeof identities>,
): SecretProviderLink[] {
  return objects
    .filter(({ type }) => type === TYPE)
    .flatMap((resource) => {
      const { namespace, name } = metadataOf(plan, resource);
      const parameter = (key: string) => textAt(resource.inputs, "spec", "parameters", key);
      const given = (key: string, future: () => string | undefined) =>
        isUnknown(at(resource.inputs, "spec", "parameters", key)) ? future() : parameter(key);
      if (namespace === undefined || name === undefined) return [];
      if (!signsInAsPod(parameter, textAt(resource.inputs, "spec", "provider"))) return [];
      const vault = () => plan.source(resource, "spec", "keyvault:Vault");
      return [
        {
          resource: resource.urn,
          namespace,
          name,
          clientId: given("clientID", () => clientIdFrom(plan, known, resource, "spec")),
          vaultName: given("keyvaultName", () => nameOfAny(vault())),
          secrets: secretsInObjects(parameter("objects") ?? ""),
        },
      ];
    });
}

function nameOfAny(vault: PlannedResource | undefined): string | undefined {
  return vault === undefined ? undefined : nameOf(vault);
}
