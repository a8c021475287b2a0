import { Deployment } from "@pulumi/kubernetes/apps/v1";
import * as pulumi from "@pulumi/pulumi";
import { NAME_RULES } from "../chain";
import { OWN_ACCOUNT } from "./federatedCredentials";
import { hardenedPod, type Resources } from "./hardenedPod";
import type { PodIdentity } from "./podIdentity";
import { RULES } from "./rules";
import { checkName, checkText, type Place } from "./validate";
import { restrictNetwork, ServiceAccess } from "./webAppSurroundings";

export interface ToolboxArgs {
  /** Identity that the pod acts as. The pod is in the namespace of its ServiceAccount. */
  identity: PodIdentity;
  /** Image with the Azure CLI, named by a full version or a digest. Changing it rolls the pod over. */
  image: string;
}

/** The Azure CLI is a Python program that loads much. */
const RESOURCES: Resources = {
  cpuRequest: "100m",
  cpuLimit: "1",
  memoryRequest: "256Mi",
  memoryLimit: "1Gi",
  ephemeralStorageRequest: "64Mi",
  ephemeralStorageLimit: "512Mi",
};

const SIGNED_IN = "/tmp/signed-in";
/**
 * The CLI keeps the token that it signed in with, and Azure takes that for as long as it lives. The kubelet writes the next one after four fifths of an hour,
 * so whatever the CLI keeps must be read again within the last fifth, 12 minutes. https://kubernetes.io/docs/concepts/storage/projected-volumes/
 */
const SIGN_IN_AGAIN_SECONDS = 600;
const TRY_AGAIN_SECONDS = 30;

/**
 * The sign-in as somebody would type it. The CLI reads a value that begins with @ from the file of that name: the token is in no command line.
 * https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-tips#pass-values-through-files
 */
export const SIGN_IN =
  'az login --service-principal --username "$AZURE_CLIENT_ID" --tenant "$AZURE_TENANT_ID" ' +
  '--federated-token "@$AZURE_FEDERATED_TOKEN_FILE" --allow-no-subscriptions --output none';

// The first process of a container ends at a signal only where it says so, and a shell hears of it only while it waits for something in the background.
const SCRIPT =
  `trap 'exit 0' TERM; while :; do if ${SIGN_IN}; then touch ${SIGNED_IN}; pause=${SIGN_IN_AGAIN_SECONDS}; ` +
  `else rm -f ${SIGNED_IN}; pause=${TRY_AGAIN_SECONDS}; fi; sleep $pause & wait $!; done`;

/**
 * A pod with the Azure CLI, signed in by its federated token: to look at Azure from inside, as the pods of the same identity see it.
 *
 * Creates a NetworkPolicy and a Deployment of one pod, hardened as those of `WebApp` are; no Service. Ready when it is signed in. Look around with
 * `kubectl exec --namespace <namespace> deploy/<name> -- az account show`. Whoever may do that in the namespace may do whatever the identity may.
 */
export class Toolbox extends pulumi.ComponentResource {
  readonly deployment: Deployment;

  constructor(name: string, args: ToolboxArgs, opts: pulumi.ComponentResourceOptions = {}) {
    validate({ component: "Toolbox", name }, args);
    const { deletedWith, ...inherited } = opts;
    super("aks-workload-identity:index:Toolbox", name, {}, inherited);
    const child = { parent: this, ...(deletedWith === undefined ? {} : { deletedWith }) };

    const { identity, image } = args;
    const account = identity.accounts[OWN_ACCOUNT];
    if (account === undefined) throw new Error(`the identity of the toolbox "${name}" has no ServiceAccount`);
    const labels = { "app.kubernetes.io/name": name };
    const metadata = { namespace: account.namespace, name, labels };
    const policy = restrictNetwork(name, metadata, { serviceAccess: ServiceAccess.None }, child);
    this.deployment = new Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: 1,
          revisionHistoryLimit: 1,
          strategy: { type: "Recreate" },
          selector: { matchLabels: labels },
          template: hardenedPod({
            identity,
            account,
            labels,
            temporarySize: "256Mi",
            container: container(image),
            resources: RESOURCES,
          }),
        },
      },
      { ...child, dependsOn: [identity, policy], customTimeouts: { create: "20m", update: "20m" } },
    );
    this.registerOutputs({});
  }
}

function validate(place: Place, { image }: ToolboxArgs): void {
  checkName(place, "the component's name", NAME_RULES.workload, place.name);
  checkText(place, "image", RULES.pinnedImage, image);
}

function container(image: string) {
  const env = { HOME: "/tmp", AZURE_CONFIG_DIR: "/tmp/.azure", AZURE_CORE_COLLECT_TELEMETRY: "false" };
  return {
    name: "azure-cli",
    image,
    command: ["/bin/sh", "-c", SCRIPT],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { exec: { command: ["test", "-f", SIGNED_IN] }, periodSeconds: 5 },
  };
}
