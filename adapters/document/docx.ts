import {
  AlignmentType,
  BorderStyle,
  Document,
  Footer,
  HeadingLevel,
  type IParagraphOptions,
  type IRunOptions,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { DocumentContent, DocumentTable } from '../../domain/document';

/** Fonts that office programs have; Word takes the one for Chinese characters by itself. */
const FONT = { ascii: 'Calibri', hAnsi: 'Calibri', eastAsia: '宋体', cs: 'Calibri' };
const HEADING_FONT = { ...FONT, eastAsia: '黑体' };
/** Half points. */
const SIZE = 21;
/** Twentieths of a point: A4, and what is between the margins. */
const A4 = { width: 11_906, height: 16_838 };
const MARGIN = 1_021;
const WIDTH = A4.width - 2 * MARGIN;
const LABEL_WIDTH = Math.round(WIDTH * 0.24);
const EDGE = { style: BorderStyle.SINGLE, size: 4, color: '555555' };
const BORDERS = { top: EDGE, bottom: EDGE, left: EDGE, right: EDGE };
const SHADE = { type: ShadingType.CLEAR, color: 'auto', fill: 'EEF1F4' };

/** A document as DOCX: A4, a heading for each part, tables that break over pages with their heads repeated. */
export async function writeDocx(content: DocumentContent): Promise<Buffer> {
  const { parts, signatures } = content;
  const rows = signatures.rows.map(({ role, name, date }) => signatureRow([role, name, date]));
  const document = new Document({
    title: `${content.title} ${content.subject}`,
    creator: 'Continuo',
    styles: { default: { document: { run: { font: FONT, size: SIZE, language: languageOf(content) } } } },
    sections: [
      {
        properties: { page: { size: A4, margin: { top: 1_134, bottom: 1_134, left: MARGIN, right: MARGIN } } },
        footers: { default: new Footer({ children: [footer(content.footer)] }) },
        children: [
          paragraph(content.title, { heading: HeadingLevel.TITLE, alignment: AlignmentType.CENTER }, title),
          paragraph(content.subject, { alignment: AlignmentType.CENTER, spacing: { after: 240 } }),
          ...parts.flatMap((part) => [
            heading(part.heading),
            ...(part.rows.length > 0 ? [table([LABEL_WIDTH, WIDTH - LABEL_WIDTH], part.rows.map(factRow))] : []),
            ...part.tables.flatMap((t) => [...(t.heading === '' ? [] : [subheading(t.heading)]), listTable(t)]),
          ]),
          heading(signatures.heading),
          table(SIGNATURE_WIDTHS, rows),
        ],
      },
    ],
  });
  return Packer.toBuffer(document);
}

const languageOf = ({ locale }: DocumentContent) =>
  locale === 'en' ? { value: 'en-GB', eastAsia: 'zh-CN' } : { value: 'zh-CN', eastAsia: 'zh-CN' };

const title: IRunOptions = { bold: true, size: 36, font: HEADING_FONT, color: '111111' };

/** Characters that XML cannot carry; line feeds become breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

/** A text in one paragraph. */
function paragraph(text: string, options: IParagraphOptions = {}, run: IRunOptions = {}): Paragraph {
  const lines = text.replace(NOT_XML, '').split(/\r\n|\r|\n/);
  return new Paragraph({
    ...options,
    children: lines.map((line, i) => new TextRun({ ...run, text: line, ...(i > 0 ? { break: 1 } : {}) })),
  });
}

const heading = (text: string) =>
  paragraph(
    text,
    { heading: HeadingLevel.HEADING_1, keepNext: true, spacing: { before: 300, after: 120 } },
    { bold: true, size: 24, font: HEADING_FONT, color: '111111' },
  );

const subheading = (text: string) =>
  paragraph(
    text,
    { heading: HeadingLevel.HEADING_2, keepNext: true, spacing: { before: 180, after: 80 } },
    { bold: true, size: 21, font: HEADING_FONT, color: '111111' },
  );

function footer(text: string): Paragraph {
  const run = { size: 16, color: '555555' };
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    children: [
      new TextRun({ ...run, text: `${text} · ` }),
      new TextRun({ ...run, children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] }),
    ],
  });
}

const cell = (text: string, width: number, head: boolean) =>
  new TableCell({
    width: { size: width, type: WidthType.DXA },
    borders: BORDERS,
    margins: { top: 60, bottom: 60, left: 100, right: 100 },
    ...(head ? { shading: SHADE } : {}),
    children: [paragraph(text, {}, { bold: head })],
  });

const table = (columnWidths: number[], rows: TableRow[]) =>
  new Table({ width: { size: WIDTH, type: WidthType.DXA }, columnWidths, rows });

const factRow = ({ label, text }: { label: string; text: string }) =>
  new TableRow({ children: [cell(label, LABEL_WIDTH, true), cell(text, WIDTH - LABEL_WIDTH, false)] });

function listTable({ columns, rows, widths }: DocumentTable): Table {
  const all = widths.reduce((sum, w) => sum + w, 0);
  const sizes = widths.map((w) => Math.round((WIDTH * w) / all));
  const cells = (texts: string[], head: boolean) => texts.map((text, i) => cell(text, sizes[i] ?? 0, head));
  return table(sizes, [
    new TableRow({ tableHeader: true, children: cells(columns, true) }),
    ...rows.map((texts) => new TableRow({ cantSplit: true, children: cells(texts, false) })),
  ]);
}

const SIGNATURE_WIDTHS = [LABEL_WIDTH, Math.round(WIDTH * 0.42), Math.round(WIDTH * 0.34)];
const signatureRow = (texts: string[]) =>
  new TableRow({
    cantSplit: true,
    height: { value: 900, rule: 'atLeast' },
    children: texts.map((text, i) => cell(text, SIGNATURE_WIDTHS[i] ?? 0, i === 0)),
  });
