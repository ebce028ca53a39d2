import { useTranslation } from 'react-i18next';
import type { RequestView } from '../../../domain/request-projection';
import { useViewer } from '../time/viewer';
import './progress-line.css';

/** Shapes beside the words: no state by colour alone. */
const SHAPES = { done: '✓', current: '●', ahead: '○', stopped: '–' } as const;

/** Ends before the last stage was reached: what lay ahead is not going to happen. */
const CUT_SHORT: readonly (string | null)[] = ['rejected', 'withdrawn', 'cancelled', 'reclassified'];

/** The line of at most five words that a requester follows his request by. */
export function ProgressLine({
  request,
  small = false,
}: {
  request: Pick<RequestView, 'stages' | 'outcome'>;
  small?: boolean;
}) {
  const { t } = useTranslation();
  const { language } = useViewer();
  const over = CUT_SHORT.includes(request.outcome);
  const stateOf = (state: RequestView['stages'][number]['state']) =>
    request.outcome === 'fulfilled' ? 'done' : over && state !== 'done' ? 'stopped' : state;
  return (
    <ol className={`stages ${small ? 'stages-small' : ''}`} aria-label={t('request.progress')}>
      {request.stages.map((s) => {
        const state = stateOf(s.state);
        return (
          <li key={s.name} className={`stage stage-${state}`} aria-current={state === 'current' ? 'step' : undefined}>
            <span aria-hidden="true">{SHAPES[state]}</span> {s.title[language]}
            <span className="sr-only"> {t(`request.stage.${state}`)}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** The words of the line before anything has begun: how something that can be asked for goes. */
export function StageWords({ stages }: { stages: readonly { name: string; title: Record<'zh-CN' | 'en', string> }[] }) {
  const { t } = useTranslation();
  const { language } = useViewer();
  return (
    <ol className="stages" aria-label={t('request.progress')}>
      {stages.map((s, i) => (
        <li key={s.name} className="stage stage-ahead">
          <span aria-hidden="true">{i + 1}</span> {s.title[language]}
        </li>
      ))}
    </ol>
  );
}
