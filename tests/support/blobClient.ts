// The unmodified client of blob storage on the emulation's network. It takes no HTTP client of the SDKs' common kind, so the way there is a policy.
import type { TokenCredential } from "@azure/core-auth";
import { type AnonymousCredential, BlobServiceClient, newPipeline, type StorageSharedKeyCredential } from "@azure/storage-blob";
import type { Network } from "../../rehearsal/network/network";
import { tunnelAgent } from "./loopbackHttp";

export type BlobCredential = TokenCredential | AnonymousCredential | StorageSharedKeyCredential;

export function blobServiceClient(network: Network, credential: BlobCredential, endpoint: string): BlobServiceClient {
  const agent = tunnelAgent(network, "web/web-0");
  const pipeline = newPipeline(credential, { retryOptions: { maxTries: 1 } });
  pipeline.factories.unshift({
    create: (next) => ({
      sendRequest(request) {
        request.agent = agent;
        return next.sendRequest(request);
      },
    }),
  });
  return new BlobServiceClient(endpoint, pipeline);
}
