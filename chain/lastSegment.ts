/** The last part of a resource id, or of any text with slashes: a name, a role's GUID. */
export function lastSegment(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}
