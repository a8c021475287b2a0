// The SecretProviderClasses of a cluster, as the rules want them.
import { z } from "zod";
import { type SecretProviderLink, secretsInObjects, signsInAsPod } from "../chain";
import type { KubernetesApi } from "./cloud/fronts/kubernetes";

const shape = z.looseObject({
  spec: z.looseObject({
    provider: z.string().optional(),
    parameters: z.record(z.string(), z.string().optional().catch(undefined)).default({}),
  }),
});

export function secretProviders(api: KubernetesApi): SecretProviderLink[] {
  return api.list("secrets-store.csi.x-k8s.io/v1:SecretProviderClass").flatMap(({ declared, namespace, name, inputs }) => {
    const { provider, parameters = {} } = shape.safeParse(inputs).data?.spec ?? {};
    if (!signsInAsPod((parameter) => parameters[parameter], provider)) return [];
    const { clientID: clientId, keyvaultName: vaultName, objects = "" } = parameters;
    return [{ resource: declared, namespace, name, clientId, vaultName, secrets: secretsInObjects(objects) }];
  });
}
