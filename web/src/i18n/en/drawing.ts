/** The name of the place; all other texts come with the drawings (`drawing-late.ts`). */
export const drawing = { drawing: { place: 'Definitions' } };
