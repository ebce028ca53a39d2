import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';

/** Parts of a message. */
export const PARTS = ['subject', 'text', 'html'] as const;
type Part = (typeof PARTS)[number];

/** A message in one language; `render` fills its parts from one model. */
export interface Template {
  render(model: object): Record<Part, string>;
}

/** Directory with our templates, found from where this file stands (sources or build). */
export function templatesDir(from: string = __dirname): string {
  const dir = path.join(from, 'templates');
  if (existsSync(path.join(dir, 'page'))) return dir;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('the directory templates/ is missing');
  return templatesDir(parent);
}

/**
 * Reads `<dir>/<name>/<locale>.{subject,text,html}.hbs`. Values are escaped in HTML only; a subject is one line.
 * @throws Error when a part is missing or cannot be read as Handlebars
 */
export function loadTemplate(dir: string, name: string, locale: string): Template {
  const compile = (part: Part) => {
    const source = readFileSync(path.join(dir, name, `${locale}.${part}.hbs`), 'utf8');
    Handlebars.parse(source);
    return Handlebars.compile(source, { noEscape: part !== 'html', knownHelpersOnly: true });
  };
  const [subject, text, html] = [compile('subject'), compile('text'), compile('html')];
  return {
    render: (model) => ({
      subject: subject(model)
        .replace(/[\s\p{Cc}]+/gu, ' ')
        .trim(),
      text: text(model),
      html: html(model),
    }),
  };
}

/** Fills a phrase such as `You are on call: {{name}}`. */
export function fillPhrase(phrase: string, model: object): string {
  return Handlebars.compile(phrase, { noEscape: true, knownHelpersOnly: true })(model);
}

/** Phrases of a language by dotted name, from `<dir>/<name>/<locale>.phrases.json`. */
export function loadPhrases(dir: string, name: string, locale: string): Record<string, string> {
  return JSON.parse(readFileSync(path.join(dir, name, `${locale}.phrases.json`), 'utf8'));
}
