// A small API server of an emulated cluster over HTTPS: what a diagnosis reads, and pods that it starts. Everything else is 501.
// Paths and verbs: https://kubernetes.io/docs/reference/using-api/api-concepts/
import { z } from "zod";
import { jsonOf } from "../../asking";
import type { EmulatedHost, EmulatedRequest, EmulatedResponse } from "../../network/handler";
import type { ClusterPods } from "./clusterPods";
import { inNamespace, named, objectsOf, RESOURCES, selectorOf } from "./objects";
import { manifestShape } from "./podBody";
import type { ApiPod } from "./rehearsedPods";
import { failure, notFound, notInRehearsal } from "./status";

/** Whether the one user may do this; `resource` with its subresource, as `pods/log`. */
export type Rights = (verb: string, resource: string, namespace: string) => boolean;

export interface ApiServerOptions {
  /** Host name of the cluster's API server. */
  readonly host: string;
  readonly pods: ClusterPods;
  readonly token: string;
  readonly mayDo: Rights;
  /** How many of the webhook's pods are ready; undefined where the cluster has no webhook. */
  readonly webhookReady: () => number | undefined;
}

interface Target {
  readonly group: string;
  readonly namespace: string | undefined;
  readonly resource: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly rest: string;
}

const VERBS: Readonly<Record<string, string>> = { POST: "create", DELETE: "delete" };
const nameShape = z.looseObject({ name: z.string().min(1) });

/** Checked in this order: token 401, form of the path 501, right 403, then 404. */
export function apiServer(options: ApiServerOptions): EmulatedHost {
  return {
    pattern: options.host,
    async handle(request) {
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
      if (token !== options.token) return failure(401, "Unauthorized", "Unauthorized");
      const target = targetOf(request.url);
      const { method, url } = request;
      if (target === undefined || url.searchParams.has("watch")) return notInRehearsal(method, url.pathname);
      return (
        forbidden(options, method, target) ?? (await answer(options, request, target)) ?? notInRehearsal(method, url.pathname)
      );
    },
  };
}

function targetOf({ pathname }: URL): Target | undefined {
  const segments = pathname.split("/").slice(1).map(decodeURIComponent);
  const [root, ...rest] = segments;
  const [group, path] = root === "apis" ? [rest[0] ?? "", rest.slice(2)] : ["", rest.slice(1)];
  if (root !== "api" && root !== "apis") return undefined;
  const inside = path[0] === "namespaces" && path.length > 2;
  const [resource = "", name, subresource, ...more] = inside ? path.slice(2) : path;
  if (RESOURCES[`${group}/${resource}`] === undefined) return undefined;
  return { group, namespace: inside ? path[1] : undefined, resource, name, subresource, rest: more.join("/") };
}

function forbidden({ mayDo }: ApiServerOptions, method: string, target: Target): EmulatedResponse | undefined {
  const { group, resource, subresource, name, namespace = "" } = target;
  const verb = VERBS[method] ?? (name === undefined ? "list" : "get");
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  if (mayDo(verb, full, namespace)) return undefined;
  const [one, where] = [
    name === undefined ? "" : ` "${name}"`,
    namespace === "" ? " at the cluster scope" : ` in the namespace "${namespace}"`,
  ];
  const text = `${resource}${one} is forbidden: User "rehearsal" cannot ${verb} resource "${full}" in API group "${group}"${where}`;
  return failure(403, "Forbidden", text);
}

async function answer(
  options: ApiServerOptions,
  request: EmulatedRequest,
  target: Target,
): Promise<EmulatedResponse | undefined> {
  const { group, resource, name, subresource, namespace } = target;
  const kind = RESOURCES[`${group}/${resource}`];
  if (kind === undefined) return undefined;
  if (resource === "pods") return onPods(options, request, target);
  if (request.method !== "GET") return undefined;
  if (resource === "services" && subresource === "proxy") return onServiceProxy(options, target);
  if (subresource !== undefined) return undefined;
  const all = inNamespace(objectsOf(options.pods, kind, options.webhookReady()), namespace);
  if (name === undefined) return listed(kind.apiVersion, kind.kind, all, request.url);
  const found = named(all, name);
  return found === undefined ? notFound(group === "" ? resource : `${resource}.${group}`, name) : { status: 200, body: found };
}

async function onPods(
  { pods }: ApiServerOptions,
  request: EmulatedRequest,
  target: Target,
): Promise<EmulatedResponse | undefined> {
  const { namespace, name: given, subresource, rest } = target;
  const { method, url } = request;
  if (given === undefined) {
    if (method === "POST" && namespace !== undefined) return created(pods, namespace, request.body);
    if (method !== "GET") return undefined;
    const own = pods.all().filter((pod) => namespace === undefined || pod.namespace === namespace);
    return listed("v1", "Pod", await Promise.all(own.map((pod) => pods.body(pod))), url);
  }
  const { name, port } = addressOf(given);
  const pod = pods.find(namespace ?? "", name);
  if (pod === undefined) return notFound("pods", name);
  if (method === "DELETE" && subresource === undefined) {
    const body = await pods.body(pod);
    return (await pods.delete(pod.namespace, name)) === undefined ? undefined : { status: 200, body };
  }
  if (method !== "GET") return undefined;
  if (subresource === undefined) return { status: 200, body: await pods.body(pod) };
  if (subresource === "log")
    return { status: 200, headers: { "content-type": "text/plain" }, body: pod.process()?.process.output ?? "" };
  if (subresource !== "proxy") return undefined;
  // Only a service's ports are known by name: https://github.com/kubernetes/kubernetes/blob/master/pkg/registry/core/pod/strategy.go
  if (port !== undefined && !/^\d+$/.test(port))
    return failure(503, "ServiceUnavailable", `error trying to reach service: dial tcp: unknown port tcp/${port}`);
  return proxied(pods, pod, port, rest);
}

function created(pods: ClusterPods, namespace: string, body: string): Promise<EmulatedResponse> | EmulatedResponse {
  const manifest = manifestShape.safeParse(jsonOf(body));
  const name = nameShape.safeParse(manifest.data?.metadata).data?.name;
  if (!manifest.success || name === undefined) return failure(400, "BadRequest", "the body is no pod with a name and containers");
  if (pods.find(namespace, name) !== undefined) return failure(409, "AlreadyExists", `pods "${name}" already exists`);
  const outcome = pods.create(namespace, name, manifest.data);
  if ("refused" in outcome) return failure(403, "Forbidden", outcome.refused);
  return pods.body(outcome.pod).then((made) => ({ status: 201, body: made }));
}

/** `name`, `name:port` or `scheme:name:port`. */
function addressOf(given: string): { readonly name: string; readonly port: string | undefined } {
  const parts = given.split(":");
  const [name = "", port] = parts.length === 3 ? parts.slice(1) : parts;
  return { name, port: port === "" ? undefined : port };
}

async function proxied(pods: ClusterPods, pod: ApiPod, port: string | undefined, path: string): Promise<EmulatedResponse> {
  const answered = await pods.ask(pod, port, path);
  if (answered === undefined)
    return failure(503, "ServiceUnavailable", `error trying to reach service: nothing answers at ${pod.namespace}/${pod.name}`);
  const { status, type, text } = answered;
  return { status, headers: { "content-type": type ?? "text/plain" }, body: text };
}

async function onServiceProxy(
  { pods }: ApiServerOptions,
  { namespace = "", name: given = "", rest }: Target,
): Promise<EmulatedResponse> {
  const { name } = addressOf(given);
  const selector = selectorOf(pods.api, namespace, name);
  if (selector === undefined) return notFound("services", name);
  const behind = pods
    .all()
    .find(
      (pod) =>
        pod.namespace === namespace && Object.entries(selector).every(([key, value]) => pod.template.labels[key] === value),
    );
  if (behind === undefined) return failure(503, "ServiceUnavailable", `no endpoints available for service "${name}"`);
  return proxied(pods, behind, undefined, rest);
}

const labelled = z.looseObject({ metadata: z.looseObject({ labels: z.record(z.string(), z.string()).default({}) }) });

/** Of selectors only those by labels that are equal. */
function listed(
  apiVersion: string,
  kind: string,
  bodies: readonly object[],
  { searchParams }: URL,
): EmulatedResponse | undefined {
  if (searchParams.has("fieldSelector")) return undefined;
  const wanted = (searchParams.get("labelSelector") ?? "").split(",").filter((each) => each !== "");
  if (wanted.some((each) => !/^[^=!]+={1,2}[^=]+$/.test(each))) return undefined;
  const pairs = wanted.map((each) => each.split(/==?/));
  const matches = (body: object) => {
    const { labels } = labelled.parse(body).metadata;
    return pairs.every(([key = "", value = ""]) => labels[key] === value);
  };
  return { status: 200, body: { apiVersion, kind: `${kind}List`, metadata: {}, items: bodies.filter(matches) } };
}
