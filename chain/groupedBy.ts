/** As `Map.groupBy`, which Node.js has from 21 on: https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Map/groupBy */
export function groupedBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
