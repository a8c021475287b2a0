// One stand-in provider as the engine sees it: Pulumi's gRPC service, translated to plain values and back.
// https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { EmulatedCloud } from "../cloud/emulatedCloud";
import { unwrapRecord } from "../program/recording";
import { grpcError } from "./grpcError";
import { type CheckFailure, checkInputs } from "./inputCheck";
import type { Held, Resource, StandIn } from "./standIn";
import { plain, struct } from "./values";

export interface ProviderPackage {
  readonly name: string;
  /** That of the SDK: with another one every run warns. */
  readonly version: string;
}

export interface ProviderServer {
  readonly port: number;
  close(): void;
}

type Handler<Q, A> = (request: Q, provider: string) => A | Promise<A>;

/** Serves one package on loopback. All instances of its provider share the server, and their connection tells them apart. */
export async function serveProvider(
  { name, version }: ProviderPackage,
  standIn: StandIn,
  cloud: EmulatedCloud,
): Promise<ProviderServer> {
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, handlers(name, version, standIn, cloud));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

function handlers(packageName: string, version: string, standIn: StandIn, cloud: EmulatedCloud) {
  return {
    handshake: unary<messages.ProviderHandshakeRequest, messages.ProviderHandshakeResponse>(() => {
      const answer = new messages.ProviderHandshakeResponse();
      answer.setAcceptSecrets(false);
      return answer;
    }),
    getPluginInfo: unary<Empty, PluginInfo>(() => {
      const answer = new PluginInfo();
      answer.setVersion(version);
      return answer;
    }),
    attach: unary<unknown, Empty>(() => new Empty()),
    cancel: unary<Empty, Empty>(() => new Empty()),
    checkConfig: unary<messages.CheckRequest, messages.CheckResponse>((request) => {
      const answer = new messages.CheckResponse();
      answer.setInputs(request.getNews());
      answer.setFailuresList(failuresOf(checkInputs(`pulumi:providers:${packageName}`, plain(request.getNews()))));
      return answer;
    }),
    diffConfig: unary<messages.DiffRequest, messages.DiffResponse>((request) =>
      diffAnswer(
        standIn.diff(
          { urn: request.getUrn(), type: `pulumi:providers:${packageName}`, name: "", provider: "" },
          plain(request.getOldInputs()),
          plain(request.getNews()),
          plain(request.getOlds()),
        ),
      ),
    ),
    configure: unary<messages.ConfigureRequest, messages.ConfigureResponse>((request, provider) => {
      if (packageName === "kubernetes") cloud.connect(provider.slice("::".length), unwrapRecord(plain(request.getArgs())));
      const answer = new messages.ConfigureResponse();
      answer.setAcceptsecrets(false);
      answer.setSupportspreview(true);
      answer.setAcceptresources(false);
      return answer;
    }),
    invoke: unary<messages.InvokeRequest, messages.InvokeResponse>(async (request) => {
      const answer = new messages.InvokeResponse();
      answer.setReturn(struct(await cloud.invoke(request.getTok(), unwrapRecord(plain(request.getArgs())))));
      return answer;
    }),
    check: unary<messages.CheckRequest, messages.CheckResponse>((request, provider) => {
      const olds = request.getOlds();
      const { inputs, mistakes } = standIn.check(
        resourceOf(request, provider),
        olds === undefined ? undefined : plain(olds),
        plain(request.getNews()),
        request.getRandomseed_asU8(),
      );
      const answer = new messages.CheckResponse();
      answer.setInputs(struct(inputs));
      answer.setFailuresList(failuresOf(mistakes));
      return answer;
    }),
    diff: unary<messages.DiffRequest, messages.DiffResponse>((request, provider) =>
      diffAnswer(
        standIn.diff(
          resourceOf(request, provider),
          plain(request.getOldInputs()),
          plain(request.getNews()),
          plain(request.getOlds()),
        ),
      ),
    ),
    create: unary<messages.CreateRequest, messages.CreateResponse>(async (request, provider) => {
      const { id, state } = await standIn.create(
        resourceOf(request, provider),
        plain(request.getProperties()),
        request.getPreview(),
      );
      const answer = new messages.CreateResponse();
      answer.setId(id);
      answer.setProperties(struct(state));
      return answer;
    }),
    read: unary<messages.ReadRequest, messages.ReadResponse>(async (request, provider) => {
      const inputs = request.getInputs();
      const known: Held | undefined =
        inputs === undefined || Object.keys(plain(inputs)).length === 0
          ? undefined
          : { id: request.getId(), state: plain(request.getProperties()), inputs: plain(inputs) };
      const found = await standIn.read(resourceOf(request, provider), request.getId(), known);
      const answer = new messages.ReadResponse();
      if (found === undefined) return answer;
      answer.setId(found.id);
      answer.setProperties(struct(found.state));
      answer.setInputs(struct(found.inputs));
      return answer;
    }),
    update: unary<messages.UpdateRequest, messages.UpdateResponse>(async (request, provider) => {
      const { state } = await standIn.update(
        resourceOf(request, provider),
        request.getId(),
        plain(request.getOlds()),
        plain(request.getNews()),
        request.getPreview(),
      );
      const answer = new messages.UpdateResponse();
      answer.setProperties(struct(state));
      return answer;
    }),
    delete: unary<messages.DeleteRequest, Empty>(async (request, provider) => {
      await standIn.delete(resourceOf(request, provider), request.getId());
      return new Empty();
    }),
  };
}

function unary<Q, A>(handler: Handler<Q, A>) {
  return (call: ServerUnaryCall<Q, A>, callback: sendUnaryData<A>): void => {
    Promise.resolve()
      .then(() => handler(call.request, `::${call.getPeer()}`))
      .then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(grpcError(error)),
      );
  };
}

function failuresOf(mistakes: readonly CheckFailure[]): messages.CheckFailure[] {
  return mistakes.map(({ property, reason }) => {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

interface Addressed {
  getUrn(): string;
  getType(): string;
  getName(): string;
}

function resourceOf(request: Addressed, provider: string): Resource {
  return { urn: request.getUrn(), type: request.getType(), name: request.getName(), provider };
}

function diffAnswer({ changes, replaces, deleteBeforeReplace, detailed }: ReturnType<StandIn["diff"]>): messages.DiffResponse {
  const answer = new messages.DiffResponse();
  answer.setChanges(
    changes.length > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE,
  );
  answer.setDiffsList([...new Set(changes.map((path) => path.split(/[.[]/)[0] ?? path))]);
  answer.setReplacesList([...replaces]);
  answer.setDeletebeforereplace(deleteBeforeReplace);
  answer.setHasdetaileddiff(true);
  for (const [path, kind] of Object.entries(detailed)) {
    const detail = new messages.PropertyDiff();
    detail.setKind(KINDS[kind]);
    detail.setInputdiff(true);
    answer.getDetaileddiffMap().set(path, detail);
  }
  return answer;
}

const { Kind } = messages.PropertyDiff;
const KINDS = {
  add: Kind.ADD,
  delete: Kind.DELETE,
  update: Kind.UPDATE,
  "add-replace": Kind.ADD_REPLACE,
  "delete-replace": Kind.DELETE_REPLACE,
  "update-replace": Kind.UPDATE_REPLACE,
} as const;
