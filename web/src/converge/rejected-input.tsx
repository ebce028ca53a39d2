import { Alert, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '../api/problem';
import { ProblemAlert } from '../form/problem-alert';
import { useNotice } from '../shell/notice';
import { AnnotatedBody } from './annotated-body';
import { editable } from './json-lines';
import { type RejectedInput, useReplay, useRetryInput } from './rejected-queries';

/** The body to be corrected; sent again, what is refused anew is shown at its lines. */
function Correction({ input, onDone }: { input: RejectedInput; onDone: () => void }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const replay = useReplay();
  const [text, setText] = useState(() => editable(input.body));
  const [refused, setRefused] = useState<string | null>(null);
  const problem = replay.isError ? asProblem(replay.error) : null;
  const send = () =>
    replay.mutate(
      { id: input.id, body: text },
      {
        onSuccess: (answer) => {
          void notice.success(t('rejected.accepted', { count: answer.accepted }));
          onDone();
        },
        onError: () => setRefused(text),
      },
    );
  return (
    <div className="correction">
      <label htmlFor={`body-${input.id}`}>{t('rejected.corrected')}</label>
      <Input.TextArea
        id={`body-${input.id}`}
        className="mono"
        value={text}
        spellCheck={false}
        autoSize={{ minRows: 6, maxRows: 24 }}
        onChange={(e) => setText(e.target.value)}
      />
      {problem !== null && problem.errors.length === 0 && <ProblemAlert error={problem} />}
      {problem !== null && problem.errors.length > 0 && refused !== null && (
        <div role="alert">
          <p className="broken">✕ {t('rejected.again')}</p>
          <AnnotatedBody body={refused} errors={problem.errors} />
        </div>
      )}
      <div className="form-foot">
        <Button type="primary" loading={replay.isPending} onClick={send}>
          {t('rejected.replay')}
        </Button>
        <Button type="text" onClick={onDone}>
          {t('rejected.cancel')}
        </Button>
      </div>
    </div>
  );
}

/** One refused or dead input: as it came, with what was wrong, and the way to get it in after all. */
export function RejectedDetail({ input }: { input: RejectedInput }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const [correcting, setCorrecting] = useState(false);
  const retry = useRetryInput();
  const again = () =>
    retry.mutate(input.id, {
      onSuccess: () => void notice.success(t('rejected.retried')),
      onError: (e) => void notice.error(t(`problem.${asProblem(e).code}`)),
    });
  return (
    <div className="rejected">
      {input.replays.length > 0 && (
        <Alert type="info" showIcon title={t('rejected.replayed', { ids: input.replays.join(', ') })} />
      )}
      {input.lastError !== null && <p className="broken">✕ {input.lastError}</p>}
      {correcting ? (
        <Correction input={input} onDone={() => setCorrecting(false)} />
      ) : (
        <>
          <AnnotatedBody body={input.body} errors={input.errors} />
          <div className="form-foot">
            {input.state === 'dead' && (
              <Button type="primary" loading={retry.isPending} onClick={again}>
                {t('rejected.retry')}
              </Button>
            )}
            {input.state === 'rejected' && (
              <Button type="primary" onClick={() => setCorrecting(true)}>
                {t('rejected.correct')}
              </Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}
