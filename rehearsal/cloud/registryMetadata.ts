// What a registry tells of a tag and of a manifest. Shapes as recorded in https://github.com/Azure/azure-sdk-for-js (sdk/containerregistry).
import type { EmulatedResponse } from "../network/handler";
import type { ImageStore } from "./images";

const ATTRIBUTES = { deleteEnabled: true, writeEnabled: true, readEnabled: true, listEnabled: true };

export interface MetadataRead {
  /** Whose `metadata_read` it takes. */
  readonly repository: string;
  answer(): EmulatedResponse;
}

/** `/acr/v1/{name}/_tags/{tag}` and `/acr/v1/{name}/_manifests/{digest}`; undefined for another path. */
export function readMetadata({ hostname, pathname }: URL, images: ImageStore): MetadataRead | undefined {
  const path = /^\/acr\/v1\/(?<name>.+)\/_(?<kind>tags|manifests)\/(?<reference>[^/]+)$/.exec(decodeURIComponent(pathname));
  const { name, kind, reference } = path?.groups ?? {};
  if (name === undefined || reference === undefined) return undefined;
  const repository = `${hostname}/${name}`;
  const head = { registry: hostname, imageName: name };
  const answer = (): EmulatedResponse => {
    if (!images.hasRepository(repository))
      return registryError(404, "NAME_UNKNOWN", "repository name not known to registry", { name });
    return kind === "tags" ? tag(images, repository, head, reference) : manifest(images, repository, head, reference);
  };
  return { repository: name, answer };
}

function tag(images: ImageStore, repository: string, head: object, name: string): EmulatedResponse {
  const stored = images.tagged(repository, name);
  // The texts of an unknown tag and manifest are this emulation's own.
  if (stored === undefined) return registryError(404, "TAG_UNKNOWN", "the specified tag does not exist", { name });
  const time = new Date(stored.pushedMs).toISOString();
  const body = { name, digest: stored.digest, createdTime: time, lastUpdateTime: time, signed: false };
  return { status: 200, body: { ...head, tag: { ...body, changeableAttributes: ATTRIBUTES } } };
}

function manifest(images: ImageStore, repository: string, head: object, digest: string): EmulatedResponse {
  const found = images.manifest(repository, digest);
  if (found === undefined) return registryError(404, "MANIFEST_UNKNOWN", `manifest ${digest} is not found`, { digest });
  const time = new Date(found.stored.pushedMs).toISOString();
  const body = {
    digest,
    // No layer is stored, so there is no size to tell.
    imageSize: 0,
    createdTime: time,
    lastUpdateTime: time,
    architecture: "amd64",
    os: "linux",
    mediaType: "application/vnd.docker.distribution.manifest.v2+json",
    tags: found.tags,
  };
  return { status: 200, body: { ...head, manifest: { ...body, changeableAttributes: ATTRIBUTES } } };
}

export function registryError(status: number, code: string, message: string, detail?: object): EmulatedResponse {
  return { status, body: { errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] }, code };
}

/** A client learns from the header where to get a token, and for what. */
export function unauthorized(host: string, missing?: { readonly repository: string; readonly action: string }): EmulatedResponse {
  const text = "authentication required, visit https://aka.ms/acr/authorization for more information.";
  const header = `Bearer realm="https://${host}/oauth2/token",service="${host}"`;
  if (missing === undefined) return { ...registryError(401, "UNAUTHORIZED", text), headers: { "www-authenticate": header } };
  const { repository, action } = missing;
  const detail = [{ Type: "repository", Name: repository, Action: action }];
  const scoped = `${header},scope="repository:${repository}:${action}",error="invalid_token"`;
  return { ...registryError(401, "UNAUTHORIZED", text, detail), headers: { "www-authenticate": scoped } };
}
