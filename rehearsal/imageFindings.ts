// What the image of a pod makes a person sorry for, and what keeps the kubelet from starting it.
import { type Finding, finding } from "../chain";
import type { BuiltImage } from "./build/types";
import { type UserDemand, userRefusal } from "./cluster/imageUser";
import type { PodTemplate } from "./cluster/podTemplate";

/** The first container of a template, which is the one that runs. */
type Container = PodTemplate["containers"][number] & { readonly security?: UserDemand };

/** Where the pod says who it runs as, the image's USER does not count. */
export function imageFindings({ declared, containers }: PodTemplate, image: BuiltImage): Finding[] {
  const container: Container | undefined = containers[0];
  const place = `spec.template.spec.containers["${container?.name}"]`;
  const security = container?.security ?? {};
  const refusal = userRefusal(security, image);
  const user = { resource: declared, expected: "a number other than 0" };
  const refused =
    refusal === undefined ? [] : [finding("WI035", { ...user, property: `${place}.securityContext`, actual: refusal })];
  const warned = image.warnings.flatMap(({ kind, line, actual }) => {
    const property = `${place}.image (${line === 0 ? "Dockerfile" : `Dockerfile, line ${line}`})`;
    if (kind === "floatingBase")
      return [finding("WI034", { resource: declared, property, expected: "a tag with a full version, or a digest", actual })];
    const settled = refusal !== undefined || security.runAsUser !== undefined;
    return settled ? [] : [finding("WI035", { ...user, property, actual, severity: "warning" })];
  });
  return [...refused, ...warned];
}

/** The finding of a pod whose image is nowhere. */
export function missingImage(template: PodTemplate): Finding {
  const [container] = template.containers;
  return finding("WI030", {
    resource: template.declared,
    property: `spec.template.spec.containers["${container?.name}"].image`,
    expected: "an image that this program builds, or --app with a command that stands in for it",
    actual: container?.image ?? "none",
  });
}
