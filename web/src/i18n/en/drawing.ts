/** Texts of one area; the same keys in every language. Top-level keys must not clash with those of other areas. */
export const drawing = {};
