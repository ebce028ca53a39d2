import { readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import type { DocumentContent } from '../../domain/document';
import { fontFaces } from './fonts';

/** Fills the page template with a document; every text is escaped. */
export type HtmlWriter = (content: DocumentContent) => string;

/** @param dir `templates/` @throws Error when the template is missing or cannot be read */
export function loadHtmlWriter(dir: string): HtmlWriter {
  const source = readFileSync(path.join(dir, 'document', 'document.html.hbs'), 'utf8');
  Handlebars.parse(source);
  const template = Handlebars.compile<DocumentContent & { fontFaces: string }>(source, { knownHelpersOnly: true });
  return (content) => template({ ...content, fontFaces: fontFaces(JSON.stringify(content)) });
}

/** The foot of each page: text, page number, pages. Chromium sets it with fonts of its own, which lack Chinese. */
export function footerHtml(content: DocumentContent): string {
  const style = 'width:100%;text-align:center;font-size:7pt;color:#555';
  const number = '<span class="pageNumber"></span> / <span class="totalPages"></span>';
  const faces = `<style>${fontFaces(content.footer)}</style>`;
  const text = Handlebars.escapeExpression(content.footer);
  return `${faces}<div style="${style};font-family:'Noto Sans SC',sans-serif">${text} · ${number}</div>`;
}
