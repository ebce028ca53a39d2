/** Where a case is looked at, by its number. */
export const caseHref = (id: string): string => (id.startsWith('REQ-') ? `/requests/${id}` : `/incidents/${id}`);
