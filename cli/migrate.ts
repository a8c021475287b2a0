// npm run migrate: how one of the four older systems becomes a stack of this project, from the names of what is there.
import { writeFileSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../rehearsal/usageError";
import { runCommand } from "./command";
import { migrateArguments } from "./migrateArguments";
import { importDocument } from "./migration/importFile";
import { planText } from "./migration/plan";

const HELP = `Prints what "pulumi import --file" takes to adopt what an older system has, and on standard error all commands of moving over, in order.
It asks nothing of Azure and changes nothing. What changes on the way, and what does not: docs/migrate.md

  npm run -s migrate -- --system a|b|c|d [options] > import.json

  --system S                 a: the Terraform sample with the Node page, b: the reader of a storage account,
                             c: the lab with a secret in a vault, d: the application with the Azure CLI in a pod
  --subscription GUID        where everything is
  --resource-group RG        of what is adopted; the stack uses it and leaves it alone
  --cluster NAME             the cluster; the stack uses it and leaves it alone
  --cluster-resource-group RG   of the cluster (default: --resource-group)
  --identity NAME            b, c: the managed identity; a, d: the display name of the application
  --application-id GUID      a, d: its object id (az ad app show --id <client id> --query id)
  --service-principal-id GUID   a, d: the object id of its service principal (az ad sp show --id <client id> --query id)
  --storage-account NAME, --container NAME   b
  --vault NAME               c
  --secret NAME              c: the secret in it (default: my-secret)
  --old-namespace NAME       of the old pods (default: default)
  --old-service-account NAME   of the old pods (default: as in the system's own instructions)
  --namespace NAME           of the new pods, which the stack creates (default: web)
  --stack S                  the stack (default: dev)
  --out FILE                 write the document to a file
  --help                     this text

Exit code: 0 printed, 2 wrong use.`;

const systemError = z.object({ code: z.string() });

async function main(): Promise<number> {
  const migration = migrateArguments(process.argv.slice(2));
  if (migration === undefined) {
    console.log(HELP);
    return 0;
  }
  const { system, request, out } = migration;
  const document = importDocument(system.adopted(request));
  if (out === undefined) process.stdout.write(document);
  else write(out, document);
  process.stderr.write(planText(system, request, out ?? "import.json"));
  return 0;
}

function write(file: string, document: string): void {
  try {
    writeFileSync(file, document);
  } catch (error) {
    const { data } = systemError.safeParse(error);
    throw new UsageError(
      `--out: cannot write ${file} (${data?.code ?? "unknown error"})`,
      "name a file in a folder that is there",
    );
  }
}

runCommand({ main, name: "this command" });
