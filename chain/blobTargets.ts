// The accounts and containers of blobs that a container is told to read, whatever a program calls its variables.
import type { BlobContainerLink, ChainModel, ContainerLink, PodLink } from "./model";
import { nearest } from "./nearest";
import { sameText } from "./rbac";
import { misses, type Named, type Told, toldTo, withSlash } from "./told";
import { APP_ENVIRONMENT } from "./workloadIdentity";

export interface BlobTarget {
  readonly at: Named;
  /** The account's containers that the program makes; none: it can only be meant for an account of the program, and is none. */
  readonly ofAccount: readonly BlobContainerLink[];
  /** Undefined where the container does not say which. */
  readonly container: Named | undefined;
  /** Whether it is blobs for certain that are meant: an account has queues and tables, too. */
  readonly isCertain: boolean;
}

export const BLOB_ADDRESS = /^https:\/\/([a-z0-9]+)\.blob\.core\.windows\.net(?::443)?(?:\/(?:([^/?]+)(?:\/[^?]*)?)?)?$/i;

/** One for each account. An account that the program does not make, and that is not one of its own with a typing mistake, is none of them. */
export function blobTargets(model: ChainModel, pod: PodLink, container: ContainerLink): BlobTarget[] {
  const { blobContainers = [] } = model;
  const told = toldTo(pod, container);
  const endpoint = told.find(({ variable }) => variable === APP_ENVIRONMENT.blobEndpoint);
  const strict = told.find(({ variable }) => variable === APP_ENVIRONMENT.blobContainer);
  const own = endpoint !== undefined && strict !== undefined ? endpoint : undefined;
  const found = [
    ...(own === undefined
      ? []
      : [{ at: own, ofAccount: blobContainers.filter((each) => sameText(withSlash(each.endpoint), withSlash(own.value))) }]),
    ...told.filter((each) => each !== own).flatMap((at) => accountIn(blobContainers, at)),
  ];
  const accountOf = ({ ofAccount }: { readonly ofAccount: readonly BlobContainerLink[] }) => ofAccount[0]?.account;
  return found
    .filter((each, index) => found.findIndex((other) => accountOf(other) === accountOf(each)) === index)
    .map(({ at, ofAccount }) => {
      const container = at === own ? strict : containerIn(told, at, ofAccount);
      return { at, ofAccount, container, isCertain: at === own || BLOB_ADDRESS.test(at.value) || container !== undefined };
    });
}

function accountIn(blobContainers: readonly BlobContainerLink[], at: Told) {
  const host = BLOB_ADDRESS.exec(at.value)?.[1];
  const name = (host ?? at.value).toLowerCase();
  const ofAccount = blobContainers.filter((each) => sameText(each.account, name));
  if (ofAccount.length > 0) return [{ at, ofAccount }];
  const accounts = blobContainers.map(({ account }) => account);
  const isAccount = host !== undefined || (/^[a-z0-9]{3,24}$/.test(name) && /storage|account|blob/i.test(at.variable ?? ""));
  return isAccount && misses(name, accounts) ? [{ at, ofAccount: [] }] : [];
}

function containerIn(told: readonly Told[], at: Told, ofAccount: readonly BlobContainerLink[]): Named | undefined {
  const inAddress = BLOB_ADDRESS.exec(at.value)?.[2];
  if (inAddress !== undefined) return { property: at.property, value: inAddress };
  const names = ofAccount.map(({ name }) => name);
  const others = told.filter((each) => each !== at);
  const meant = others.filter(({ variable }) => /container|blob/i.test(variable ?? ""));
  return (
    others.find(({ value }) => names.includes(value)) ??
    meant.find(({ value }) => !BLOB_ADDRESS.test(value) && nearest(value, names) !== undefined)
  );
}
