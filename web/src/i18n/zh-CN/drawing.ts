/** 导航名称；其余文字随图示加载（drawing-late.ts）。 */
export const drawing = { drawing: { place: '流程定义' } };
