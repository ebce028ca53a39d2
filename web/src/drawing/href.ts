/** Address of a definition's page. */
export const definitionHref = (kind: string, name: string): string => `/administration/definitions/${kind}/${name}`;
