// What the image of a container makes a person sorry for, and what keeps the kubelet from starting it.
import { type Finding, finding } from "../chain";
import type { BuiltImage } from "./build/types";
import { userRefusal } from "./cluster/imageUser";
import type { Container, PodTemplate } from "./cluster/podTemplate";

/** Where the pod says who it runs as, the image's USER does not count. `property`: where a person finds the container. */
export function imageFindings(
  { declared }: Pick<PodTemplate, "declared">,
  image: BuiltImage,
  { security = {} }: Pick<Container, "security">,
  property: string,
): Finding[] {
  const refusal = userRefusal(security, image);
  const user = { resource: declared, expected: "a number other than 0" };
  const refused =
    refusal === undefined ? [] : [finding("WI035", { ...user, property: `${property}.securityContext`, actual: refusal })];
  const warned = image.warnings.flatMap(({ kind, line, actual }) => {
    const place = `${property}.image (${line === 0 ? "Dockerfile" : `Dockerfile, line ${line}`})`;
    if (kind === "floatingBase")
      return [
        finding("WI034", { resource: declared, property: place, expected: "a tag with a full version, or a digest", actual }),
      ];
    const settled = refusal !== undefined || security.runAsUser !== undefined;
    return settled ? [] : [finding("WI035", { ...user, property: place, actual, severity: "warning" })];
  });
  return [...refused, ...warned];
}

/** What keeps the kubelet from giving a container its variables. */
export function missingKeys(
  { declared }: Pick<PodTemplate, "declared">,
  { env }: Pick<Container, "env">,
  property: string,
): Finding[] {
  return env.flatMap(({ name, missing }) => {
    if (missing === undefined) return [];
    const { of, key, keys } = missing;
    const expected = `${keys.join(" or ")}, of ${of}`;
    return [finding("WI038", { resource: declared, property: `${property}.env["${name}"]`, expected, actual: key })];
  });
}

/** The finding of a container whose image is nowhere. */
export function missingImage(
  { declared }: Pick<PodTemplate, "declared">,
  { image }: Pick<Container, "image">,
  property: string,
): Finding {
  return finding("WI030", {
    resource: declared,
    property: `${property}.image`,
    expected: "an image that this program builds, or --app with a command that stands in for it",
    actual: image,
  });
}
