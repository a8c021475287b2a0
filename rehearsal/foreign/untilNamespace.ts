// Objects of manifests register in any order, and a namespace may come after what lies in it.
import { AzureError } from "../cloud/azureError";

/** Milliseconds before each further try. */
const RETRIES = [20, 50, 100, 200, 400];

// The provider, too, tries again where a namespace is still to come: a manifest says nothing of an order.
export async function untilNamespace<T>(work: () => Promise<T>, retries = RETRIES): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const [wait, ...rest] = retries;
    if (wait === undefined || !(error instanceof AzureError) || error.code !== "NotFound") throw error;
    await new Promise((resolve) => setTimeout(resolve, wait));
    return untilNamespace(work, rest);
  }
}
