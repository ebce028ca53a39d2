import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import { loadPhrases, loadTemplate, PARTS, templatesDir } from '../adapters/notification/template';
import type { DuePage } from '../db/page-send';
import { INCIDENT_STATES } from '../domain/incident-command';
import { STEP_KINDS } from '../domain/page-step';
import { REQUEST_STATES } from '../domain/request-command';
import { currentPages, loadPageTemplates, writeMessage } from './paging-message';
import { LOCALES, localeOf } from './paging-texts';

const DIR = templatesDir();
const NAMES = ['page', 'page-request', 'page-digest'];

/** Every path a template reads, with the blocks it stands in. */
function pathsOf(source: string): string[] {
  const found = new Set<string>();
  class Paths extends Handlebars.Visitor {
    override PathExpression(node: hbs.AST.PathExpression): void {
      if (!node.original.startsWith('@')) found.add(node.original);
    }
  }
  new Paths().accept(Handlebars.parse(source));
  return [...found].sort();
}

describe('templates', () => {
  it.each(NAMES)('%s says the same in every language', (name) => {
    for (const part of PARTS) {
      const [zh, en] = LOCALES.map((l) => pathsOf(readFileSync(path.join(DIR, name, `${l}.${part}.hbs`), 'utf8')));
      expect(zh).toEqual(en);
      expect(zh?.length).toBeGreaterThan(0);
    }
  });

  it('are there for every language, and no others', () => {
    for (const name of NAMES) {
      const files = readdirSync(path.join(DIR, name)).filter((f) => f.endsWith('.hbs'));
      expect(files.sort()).toEqual(LOCALES.flatMap((l) => PARTS.map((p) => `${l}.${p}.hbs`)).sort());
    }
    expect(existsSync(DIR)).toBe(true);
  });

  it('have the same phrases in every language, with the same gaps, and one for every state', () => {
    const [zh, en] = LOCALES.map((l) => loadPhrases(DIR, 'page', l));
    const gaps = (phrases: Record<string, string> = {}) =>
      Object.fromEntries(Object.entries(phrases).map(([key, phrase]) => [key, pathsOf(phrase)]));
    expect(gaps(zh)).toEqual(gaps(en));
    expect(Object.keys(zh ?? {})).toEqual(
      expect.arrayContaining([
        ...INCIDENT_STATES.map((s) => `state.${s}`),
        ...REQUEST_STATES.map((s) => `request-state.${s}`),
        ...STEP_KINDS.map((s) => `step.${s}`),
      ]),
    );
    for (const target of ['oncall', 'role', 'owner', 'assignee', 'person'])
      expect(zh).toHaveProperty([`why.${target}`]);
  });

  it('that is missing stops the start', () => {
    expect(() => loadTemplate(DIR, 'page', 'fr')).toThrow('fr.subject.hbs');
  });
});

const page = (more: Partial<DuePage>): DuePage => ({
  key: 'k',
  caseId: 'INC-000001',
  tenantId: 'default',
  step: 'level-1',
  visit: 1,
  level: 1,
  severity: 'III',
  position: 0,
  plannedAt: '2027-03-01T02:00:00.000Z',
  fallback: false,
  why: [],
  incident: null,
  request: null,
  saying: null,
  ...more,
});

describe('currentPages', () => {
  const keys = (pages: DuePage[]) => currentPages(pages).map((p) => p.key);

  it('keeps the highest level of each case', () => {
    const pages = [
      page({ key: 'a2', level: 2 }),
      page({ key: 'a1', level: 1 }),
      page({ key: 'b1', caseId: 'INC-000002' }),
    ];
    expect(keys(pages)).toEqual(['a2', 'b1']);
  });

  it('keeps the last reminder of a level', () => {
    const reminder = { step: 'reminder-2', plannedAt: '2027-03-01T03:00:00.000Z' };
    expect(keys([page({ key: 'r', ...reminder }), page({ key: 'l' })])).toEqual(['r']);
  });

  it('goes by the newest visit: a reopened case begins anew', () => {
    expect(keys([page({ key: 'old', level: 4 }), page({ key: 'new', visit: 2 })])).toEqual(['new']);
  });

  it('keeps every notice beside the level; of calls for the assessor the last', () => {
    const notice = (step: string, plannedAt = '2027-03-01T03:00:00.000Z') =>
      page({ key: step, step, level: 0, plannedAt });
    const due = [
      page({ key: 'level' }),
      ...['mention-4', 'mention-7', 'major-9', 'approval-run-1'].map((step) => notice(step)),
      notice('assessor-1'),
      notice('assessor-1.1', '2027-03-01T04:00:00.000Z'),
    ];
    expect(keys(due)).toEqual(['level', 'mention-4', 'mention-7', 'major-9', 'approval-run-1', 'assessor-1.1']);
  });

  it('keeps the report to the leader beside the level', () => {
    expect(keys([page({ key: 'leader', step: 'leader', level: 0 }), page({ key: 'level' })])).toEqual([
      'leader',
      'level',
    ]);
  });
});

describe('writeMessage', () => {
  const recipient = { id: 'p', login: 'a', name: 'A', locale: 'en-GB', zone: 'Nowhere/At_All', secret: null };
  const templates = loadPageTemplates(DIR);
  const message = {
    recipient,
    stillOpen: 0,
    publicUrl: 'https://x.example.org',
    definitions: new Map(),
    links: new Map(),
  };

  it('says what it can of a case whose row and definitions are missing, in a zone that does not exist', () => {
    const { text, subject } = writeMessage(templates, { ...message, pages: [page({})] });
    expect(subject).toContain('INC-000001');
    expect(text).toContain('https://x.example.org/incidents/INC-000001');
  });

  it('never repeats a case in a digest', () => {
    const pages = [page({ key: '1', step: 'leader', level: 0 }), page({ key: '2' }), page({ caseId: 'INC-000002' })];
    const { caseIds, text } = writeMessage(templates, { ...message, pages });
    expect(caseIds.toSorted()).toEqual(['INC-000001', 'INC-000002']);
    expect(text.split('INC-000001 ').length).toBe(2);
  });

  it('is urgent for severities I and II', () => {
    const urgent = (severity: 'I' | 'II' | 'III') =>
      writeMessage(templates, { ...message, pages: [page({ severity })] }).urgent;
    expect([urgent('I'), urgent('II'), urgent('III')]).toEqual([true, true, false]);
  });
});

describe('localeOf', () => {
  it.each([
    ['en', 'en'],
    ['en-GB', 'en'],
    ['zh-CN', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['de', 'zh-CN'],
  ])('%s → %s', (locale, expected) => expect(localeOf(locale)).toBe(expected));
});
