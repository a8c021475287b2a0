// What a change of inputs means for a resource, by the rules of its provider: nothing, an update, or a replacement, and which of the two comes first in that.
import { kindOf } from "../cloud/fronts/azureKinds";
import { unwrapRecord } from "../program/recording";
import { diffAzureNative } from "./diffs/azureNative";
import { azureNativeReplaceKeys } from "./diffs/azureNativeRules";
import { diffBridged, isBridged } from "./diffs/bridged";
import { differences, type InputDiff, inputDiff } from "./diffs/differences";
import { diffDockerImage } from "./diffs/dockerImage";
import { diffKubernetes, knowsKubernetes } from "./diffs/kubernetes";
import { diffKubernetesProvider } from "./diffs/kubernetesProvider";

export type { ChangeKind, DetailedKind, InputDiff } from "./diffs/differences";

type Values = Readonly<Record<string, unknown>>;

/** Where the rules are not whole: what is not known is treated as changed in place, which is what the providers do without a rule. */
export const UNKNOWN_REPLACE_RULES: Readonly<Record<string, string>> = {
  "azure-native:containerservice:AgentPool":
    "the provider's own list and the pool's properties are known; the enumerations that these refer to (osDiskType, osSKU, mode ...) were not read",
  "azuread:index/servicePrincipal:ServicePrincipal":
    "the rule is that of a version of the Terraform provider that called clientId application_id; the package's documentation does not say",
};

/** Whether this knows what replaces a resource of the type; of any other type what is not known is called an update. */
export function hasReplaceRules(type: string): boolean {
  if (type.startsWith("azure-native:")) return azureNativeReplaceKeys(kindOf(type) ?? "") !== undefined;
  return isBridged(type) || type === DOCKER_IMAGE || type === KUBERNETES_PROVIDER || knowsKubernetes(type);
}

const DOCKER_IMAGE = "docker:index/image:Image";
const KUBERNETES_PROVIDER = "pulumi:providers:kubernetes";

/**
 * Compares a resource's inputs as the state has them with those that the program gives now.
 *
 * Secrets are compared by what they hold. `outputs`, those of the state, keep azure-native from replacing a resource because what Azure had chosen is now
 * written down.
 */
export function diffInputs(type: string, olds: Values, news: Values, outputs: Values = {}): InputDiff {
  const [before, after, state] = [unwrapRecord(olds), unwrapRecord(news), unwrapRecord(outputs)];
  if (type.startsWith("azure-native:")) return diffAzureNative(type, before, after, state);
  if (type.startsWith("kubernetes:")) return diffKubernetes(type, before, after);
  if (type === KUBERNETES_PROVIDER) return diffKubernetesProvider(before, after);
  if (type === DOCKER_IMAGE) return diffDockerImage(before, after);
  if (isBridged(type)) return diffBridged(type, before, after);
  return inputDiff(differences(before, after), () => false, false);
}
