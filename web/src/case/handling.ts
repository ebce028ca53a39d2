import { LINES, type Line } from '../../../domain/incident-plan';
import { useServices } from '../reference/queries';
import { useViewer } from '../time/viewer';

interface Named {
  value: string;
  label: { 'zh-CN': string; en: string };
}

const isLine = (n: number): n is Line => LINES.some((l) => l === n);

/** Lines, suppliers and runbooks of a service, titles in the viewer's language; a case is pinned to its own version of them. */
export function useHandling(service: string) {
  const { language } = useViewer();
  const found = useServices().data?.items.find((s) => s.id === service);
  const named = (list: readonly Named[] = []) => list.map((n) => ({ value: n.value, label: n.label[language] }));
  const lines = (found?.lines ?? []).flatMap((l) => (isLine(l.line) ? [{ ...l, line: l.line }] : []));
  return {
    lines: lines.map((l) => l.line),
    lineTitle: (line: Line) => lines.find((l) => l.line === line)?.label[language] ?? null,
    suppliers: named(found?.suppliers),
    types: named(found?.types),
    runbooks: (found?.runbooks ?? []).map((r) => ({
      value: r.value,
      label: r.label[language],
      steps: r.steps.map((s) => ({ value: s.value, label: s.label[language], approval: s.approval })),
    })),
  };
}

/** Title of one of them; a name without one stands for itself. */
export const titleIn = (list: readonly { value: string; label: string }[], value: string): string =>
  list.find((n) => n.value === value)?.label ?? value;

/** Titles of a runbook and its step. */
export function useStepTitle(service: string): (runbook: string, step: string) => string {
  const { runbooks } = useHandling(service);
  return (runbook, step) => {
    const book = runbooks.find((r) => r.value === runbook);
    return `${book?.label ?? runbook}: ${titleIn(book?.steps ?? [], step)}`;
  };
}
