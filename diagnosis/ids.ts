// Ids of Azure resources: a part of one, and a planned one in the subscription that is asked.

export function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? "";
}

/** The planned id in this subscription: the program may not know which one it gets. */
export function inSubscription(id: string, subscriptionId: string): string {
  return id.replace(/^\/subscriptions\/[^/]+/i, `/subscriptions/${subscriptionId}`);
}
