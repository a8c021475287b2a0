// What Pulumi's own runner of programs talks to where there is no engine: it takes registrations and answers them from the emulated cloud, at once.
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { GetRootResourceResponse, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { ProgramBackend } from "../rehearsal/program/recorder";
import { unwrapRecord } from "../rehearsal/program/recording";

export interface EngineStub {
  readonly address: string;
  /** Types of the resources that were registered, components left out. */
  readonly types: readonly string[];
  /** What the program reported as an error. */
  readonly errors: readonly string[];
  close(): void;
}

/** The SDK asks for each feature by its name; a present engine has all but this one, which is another form of the same values. */
const MISSING_FEATURE = "outputValues";
const ERROR_SEVERITY = 3;

export async function startEngineStub(project: string, stack: string, backend: ProgramBackend): Promise<EngineStub> {
  const types: string[] = [];
  const errors: string[] = [];
  const urnOf = (type: string, name: string, parent: string) => {
    const outer = parent.split("::").at(-2) ?? "";
    const qualified = outer === "" || outer === "pulumi:pulumi:Stack" ? type : `${outer}$${type}`;
    return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
  };
  const register = async (request: messages.RegisterResourceRequest) => {
    const [type, name] = [request.getType(), request.getName()];
    const response = new messages.RegisterResourceResponse().setUrn(urnOf(type, name, request.getParent()));
    if (!request.getCustom()) return response;
    types.push(type);
    const inputs = unwrapRecord(request.getObject()?.toJavaScript());
    const { id, state } = await backend.register({ type, name, inputs, provider: request.getProvider(), id: undefined });
    return response.setId(id).setObject(structOf(state));
  };
  const invoke = async (request: messages.ResourceInvokeRequest) => {
    const result = await backend.invoke(request.getTok(), unwrapRecord(request.getArgs()?.toJavaScript()), "");
    return new messages.ResourceInvokeResponse().setReturn(structOf(result));
  };
  const nothing = async () => new Empty();
  const feature = async (request: messages.SupportsFeatureRequest) =>
    new messages.SupportsFeatureResponse().setHassupport(request.getId() !== MISSING_FEATURE);
  const log = async (request: LogRequest) => {
    if (request.getSeverity() >= ERROR_SEVERITY) errors.push(request.getMessage());
    return new Empty();
  };

  const server = new Server();
  server.addService(ResourceMonitorService, {
    supportsFeature: unary(feature),
    registerResource: unary(register),
    invoke: unary(invoke),
    registerResourceOutputs: unary(nothing),
    registerResourceHook: unary(nothing),
    registerErrorHook: unary(nothing),
    signalAndWaitForShutdown: unary(nothing),
  });
  server.addService(EngineService, {
    log: unary(log),
    getRootResource: unary(async () => new GetRootResourceResponse()),
    setRootResource: unary(async () => new SetRootResourceResponse()),
    requirePulumiVersion: unary(nothing),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, types, errors, close: () => server.forceShutdown() };
}

function unary<Request, Response>(answer: (request: Request) => Promise<Response>) {
  return ({ request }: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => {
    answer(request).then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: status.UNKNOWN, details: error instanceof Error ? error.message : String(error) }),
    );
  };
}

// As JSON: what is undefined has no form in the message.
function structOf(values: Readonly<Record<string, unknown>>): Struct {
  const plain: Record<string, JavaScriptValue> = JSON.parse(JSON.stringify(values));
  return Struct.fromJavaScript(plain);
}
