// The steps of moving over, as text that is a shell script: reasons are comments, and nobody should run it in one go.
import { noted, word } from "./commands";
import { urnsOf } from "./importFile";
import type { Request } from "./request";
import type { Setting, Step, System } from "./system";

/** Commands in the order in which they are run. `importFile` is where the document lies, or is to be put. */
export function planText(system: System, request: Request, importFile: string): string {
  const { stack, subscription } = request;
  const adopted = system.adopted(request);
  const urns = urnsOf(adopted, stack).map((urn) => `'${urn}'`);
  const sections: readonly (readonly [string, readonly Step[]])[] = [
    [
      "Prepare the cluster",
      [
        { why: "", commands: [`az account set --subscription ${subscription}`] },
        ...system.note(request),
        ...system.prepare(request),
      ],
    ],
    [
      "Say what is there",
      [
        { why: "", commands: [`pulumi stack select --create ${stack}`, ...settings(system, request)] },
        {
          why: "The same config offline, before anything is touched; the emulated cluster uses Microsoft Entra ID.",
          commands: [`npm run rehearse -- --stack ${stack} --set clusterAccess=kubelogin`],
        },
      ],
    ],
    [
      "Take over what stays",
      [
        {
          why: "Reads it into the state; nothing in Azure changes. It is marked as protected there, which counts only where the program says so too: hence protect above, for vault and storage account.",
          commands: [`pulumi import --file ${word(importFile)} --stack ${stack} --generate-code=false`],
        },
        {
          why: "Stop if it shows any replacement or deletion: nothing refuses that of an identity or an application. Look at what is updated, too.",
          commands: [`pulumi preview --diff --stack ${stack}`],
        },
      ],
    ],
    [
      "Deploy beside the old",
      [
        ...system.beforeUp(request),
        {
          why: "From here on the stack owns what it took over, and pulumi destroy deletes it too; while protect is true, it refuses to delete vault and storage account. Whether protect stays on afterwards is yours to say.",
          commands: [`pulumi up --stack ${stack}`, `kubectl get pods --namespace ${request.namespace}`],
        },
      ],
    ],
    ["Remove the old, once the new pods are ready", system.remove(request)],
    [
      "The way back, instead of removing the old",
      [
        {
          why: "Deletes what the stack made, forgets what it took over, and leaves that in Azure. Before the first pulumi up, the last command is enough. A vault that the stack made is protected too, so first nothing is, and then only what was taken over.",
          commands: [
            `pulumi state unprotect --all --yes --stack ${stack}`,
            `pulumi state protect --yes --stack ${stack} ${urns.join(" ")}`,
            `pulumi destroy --exclude-protected --stack ${stack}`,
          ],
        },
        ...system.undo(request),
        { why: `What stays changed, where it was otherwise in ${noted("*")}: ${system.stays}`, commands: [] },
        { why: "", commands: [`pulumi stack rm --force --preserve-config ${stack}`] },
      ],
    ],
  ];
  const head = `# Moving over ${system.title} into the stack ${stack}: docs/migrate.md says what changes. Step by step, not in one go.`;
  return `${[head, ...sections.map(([title, steps], index) => section(index + 1, title, steps))].join("\n\n")}\n`;
}

function section(number: number, title: string, steps: readonly Step[]): string {
  const lines = steps.flatMap(({ why, commands }) => [...comment(why), ...commands]);
  return [`# ${number}. ${title}`, ...lines].join("\n");
}

const WIDTH = 120;

/** A reason as lines of comment. */
function comment(why: string): string[] {
  const lines: string[] = [];
  for (const part of why.split(" ").filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined || `${last} ${part}`.length > WIDTH) lines.push(`# ${part}`);
    else lines[lines.length - 1] = `${last} ${part}`;
  }
  return lines;
}

/** What every system sets, then its own. */
export function settingsOf(system: System, request: Request): readonly Setting[] {
  return [
    { key: "azure-native:subscriptionId", value: request.subscription },
    { key: "existingResourceGroup", value: request["resource-group"], why: "used, and left alone" },
    { key: "existingCluster.resourceGroupName", value: request["cluster-resource-group"], why: "used, and left alone" },
    { key: "existingCluster.name", value: request.cluster },
    { key: "clusterAccess", value: "admin", why: "kubelogin, where the cluster uses Microsoft Entra ID" },
    { key: "assignClusterAdmins", value: "false" },
    { key: "protect", value: "true", why: "refuses to delete or replace vault and storage account" },
    { key: "namespace", value: request.namespace },
    { key: "names.identity", value: request.identity },
    ...system.settings(request),
  ];
}

function settings(system: System, request: Request): string[] {
  return settingsOf(system, request).map(({ key, value, why, secret, evaluated }) => {
    const path = /^[^:]+\./.test(key) ? "--path " : "";
    const set = `pulumi config set --stack ${request.stack} ${secret === true ? "--secret " : ""}${path}${key}`;
    // A value that begins with a dash would be an option.
    const plain = `${value.startsWith("-") ? "-- " : ""}${word(value)}`;
    const command = secret === true ? `${value} | ${set}` : `${set} ${evaluated === true ? value : plain}`;
    return why === undefined ? command : `${command}  # ${why}`;
  });
}
