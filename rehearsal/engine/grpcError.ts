// Errors as Pulumi's providers send them.
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { NotReadyError } from "./standIn";
import { struct } from "./values";

/** A resource that exists without being ready stands in the error's details, so that the engine keeps it. https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto */
export function grpcError(error: unknown): ServiceError {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof NotReadyError) {
    const { held, reasons } = error;
    const detail = new ErrorResourceInitFailed();
    detail.setId(held.id);
    detail.setProperties(struct(held.state));
    detail.setInputs(struct(held.inputs));
    detail.setReasonsList([...reasons]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const details = new Status();
    details.setCode(status.UNKNOWN);
    details.setMessage(message);
    details.addDetails(packed);
    metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  }
  return Object.assign(new Error(message), { name: "ServiceError", code: status.UNKNOWN, details: message, metadata });
}
