// Runs inside the page: what keeps people from reading or using it. Answers a list of sentences, empty when all is well.
(() => {
  const faults = [];
  const visible = (e) =>
    e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && e.getClientRects().length > 0;
  const name = (e) =>
    `<${e.tagName.toLowerCase()} class="${e.getAttribute('class') ?? ''}"> ${e.textContent.trim().slice(0, 40)}`;

  function parse(color) {
    const [r = 0, g = 0, b = 0, a = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
    return color.startsWith('color(srgb') ? { r: r * 255, g: g * 255, b: b * 255, a } : { r, g, b, a };
  }
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  /** What the element stands on: its own ground and those below it, up to an opaque one. */
  function groundOf(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const style = getComputedStyle(e);
      if (style.backgroundImage !== 'none') return null;
      const color = parse(style.backgroundColor);
      if (color.a > 0) layers.unshift(color);
      if (color.a === 1) break;
    }
    return layers.reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  }
  function luminance({ r, g, b }) {
    const [x, y, z] = [r, g, b].map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  }
  function contrast(a, b) {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  }

  for (const e of document.querySelectorAll('body *')) {
    const says = [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent.trim() !== '');
    if (!says || !visible(e) || e.closest('[aria-disabled=true],:disabled,noscript,.ant-btn-loading')) continue;
    const style = getComputedStyle(e);
    const ground = groundOf(e);
    if (ground === null || parse(style.color).a === 0) continue;
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = contrast(over(parse(style.color), ground), ground);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)}: ${name(e)}`);
  }

  for (const e of document.querySelectorAll('a[href],button,input,select,textarea,[role=button],[role=combobox]')) {
    if (!visible(e) || e.type === 'hidden') continue;
    const labels = [...(e.labels ?? [])].map((l) => l.textContent).join('');
    const by = (e.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent);
    const told = [e.getAttribute('aria-label'), labels, ...by, e.title, e.textContent, e.alt];
    if (!told.some((t) => t?.trim())) faults.push(`without a name: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll('img:not([alt])')) faults.push(`picture without alt: ${e.outerHTML}`);
  if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
  if (!['en', 'zh-CN'].includes(document.documentElement.lang)) faults.push(`lang is ${document.documentElement.lang}`);
  if (document.title.trim() === '' || document.title === 'Continuo') faults.push('the title does not name the place');
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) faults.push(`scrolls sideways by ${wide} px`);
  return [...new Set(faults)];
})();
