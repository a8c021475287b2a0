// Writes into a Dockerfile the digest that each base image's tag has in its registry now: a tag can be pushed again, a digest cannot.
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const FROM = /^(\s*FROM\s+(?:--\S+\s+)*)([^\s@$]+:[\w.-]+)(@sha256:[0-9a-f]{64})?(?=\s|$)/gim;
const VARIABLE = /^\s*FROM\s+(?:--\S+\s+)*((?!--)\S*\$\S*)/gim;
const HELP = `npm --prefix app run pin-base [-- PATH]: writes into the Dockerfile at PATH the digest of each base image that FROM names with a tag.
PATH is relative to where npm is called; without it, the application's own Dockerfile. Needs the internet. Variables in FROM are not followed.
Exit code 1 if nothing was written because something is wrong.`;
/** Both kinds of list of platforms come first: their digest holds on every machine that builds. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");
const TIMEOUT_MS = 30_000;

/** As Docker reads a name: a first part with a dot or a port is a registry, anything else is on Docker Hub. */
function manifestUrl(image) {
  const [, registry, path, tag] = /^(?:([^/]+[.:][^/]*|localhost)\/)?(.+):([^:]+)$/.exec(image);
  if (registry === undefined)
    return `https://registry-1.docker.io/v2/${path.includes("/") ? path : `library/${path}`}/manifests/${tag}`;
  const protocol = /^(?:localhost|127\.[\d.]+)(?::|$)/.test(registry) ? "http" : "https";
  return `${protocol}://${registry}/v2/${path}/manifests/${tag}`;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#checking-if-content-exists-in-the-registry */
async function digestOf(image) {
  const url = manifestUrl(image);
  const ask = (headers) => request(url, { method: "HEAD", headers: { accept: MANIFESTS, ...headers } });
  const first = await ask({});
  const challenge = first.headers.get("www-authenticate");
  const answer = first.status === 401 ? await ask({ authorization: await anonymous(challenge) }) : first;
  const digest = answer.headers.get("docker-content-digest") ?? "";
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`${url} answered with no SHA-256 digest, but "${digest}"`);
  return digest;
}

/** Public images need no account, but a token all the same. https://distribution.github.io/distribution/spec/auth/token/ */
async function anonymous(challenge) {
  const parts = [...(challenge ?? "").matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]);
  const { realm, service = "", scope = "" } = Object.fromEntries(parts);
  if (realm === undefined) throw new Error(`the registry asks for a sign-in that is not known here: ${challenge}`);
  const url = `${realm}?${new URLSearchParams({ service, scope })}`;
  const answer = await request(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { token, access_token } = await answer.json();
  return `Bearer ${token ?? access_token}`;
}

async function request(url, options) {
  try {
    return await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const why = error.cause?.message || error.cause?.code || error.message;
    throw new Error(`${url} cannot be reached (${why}): this needs the internet`);
  }
}

async function pin(dockerfile) {
  const text = await readFile(dockerfile, "utf8");
  for (const [, image] of text.matchAll(VARIABLE)) console.error(`not pinned: FROM ${image}, because variables are not followed`);
  const images = [...new Set([...text.matchAll(FROM)].map(([, , image]) => image))];
  if (images.length === 0) throw new Error("no FROM names an image with a tag");
  const digests = new Map();
  for (const image of images) digests.set(image, await digestOf(image));
  const pinned = text.replace(FROM, (_, start, image) => `${start}${image}@${digests.get(image)}`);
  if (pinned !== text) await writeFile(dockerfile, pinned);
  for (const [image, digest] of digests) console.log(`${pinned === text ? "has" : "written:"} ${image}@${digest}`);
}

const [argument] = process.argv.slice(2);
if (argument === "--help") {
  console.log(HELP);
} else {
  // npm changes to the folder of the script, and tells where it was called.
  const called = process.env.INIT_CWD ?? process.cwd();
  const dockerfile = argument === undefined ? join(import.meta.dirname, "Dockerfile") : resolve(called, argument);
  try {
    await pin(dockerfile);
  } catch (error) {
    console.error(`${dockerfile} stays as it is: ${error.message}.`);
    process.exitCode = 1;
  }
}
