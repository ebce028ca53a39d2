import { Button, Form, Input, Radio } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { newKey } from '../form/key';
import { ProblemAlert } from '../form/problem-alert';
import { caseHref } from '../request/case-href';
import { serverNow } from '../time/now';
import { Instant } from '../time/viewer';
import { type Survey, useAnswer, useOpenSurveys, useSurveysOf } from './survey-queries';
import './notice.css';

/** Words of 1 to 5. */
const SCORES = ['bad', 'poor', 'fair', 'good', 'best'] as const;

interface ScoresProps {
  score: number | null;
  labelledBy: string;
  onChange: (score: number) => void;
}

/** Five ways to say it, each a number and a word. */
function Scores({ score, labelledBy, onChange }: ScoresProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      className="survey-scores"
      aria-labelledby={labelledBy}
      optionType="button"
      value={score}
      onChange={(e) => onChange(Number(e.target.value))}
      options={SCORES.map((word, i) => ({
        value: i + 1,
        label: (
          <>
            <b>{i + 1}</b>
            <small>{t(`survey.scores.${word}`)}</small>
          </>
        ),
      }))}
    />
  );
}

function Question({ survey, labelledBy, onDone }: { survey: Survey; labelledBy: string; onDone: () => void }) {
  const { t } = useTranslation();
  const answer = useAnswer();
  const [score, setScore] = useState(survey.score);
  const [comment, setComment] = useState(survey.comment ?? '');
  const [key] = useState(newKey);
  const send = () => {
    if (score === null) return;
    const said = comment.trim();
    const body = { score, ...(said === '' ? {} : { comment: said }) };
    answer.mutate({ id: survey.id, key: `${key}-${score}-${said.length}`, ...body }, { onSuccess: onDone });
  };
  return (
    <>
      {answer.isError && <ProblemAlert error={answer.error} />}
      <Scores score={score} labelledBy={labelledBy} onChange={setScore} />
      {score !== null && (
        <Form layout="vertical" onFinish={send}>
          <Form.Item label={t('survey.comment')} htmlFor={`survey-${survey.id}`}>
            <Input.TextArea
              id={`survey-${survey.id}`}
              value={comment}
              maxLength={4000}
              autoSize={{ minRows: 2, maxRows: 8 }}
              onChange={(e) => setComment(e.target.value)}
            />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={answer.isPending}>
            {t('survey.send')}
          </Button>
        </Form>
      )}
    </>
  );
}

function Answered({ survey, onChange }: { survey: Survey; onChange: () => void }) {
  const { t } = useTranslation();
  const { score, comment, changeableUntil } = survey;
  const word = SCORES[(score ?? 0) - 1];
  const changeable = changeableUntil !== null && Date.parse(changeableUntil) > serverNow();
  return (
    <>
      <p className="kept">✓ {t('survey.thanks')}</p>
      {word !== undefined && (
        <p>
          {t('survey.answered')} <b>{t('survey.score', { n: score })}</b> · {t(`survey.scores.${word}`)}
        </p>
      )}
      {comment !== null && <blockquote dir="auto">{comment}</blockquote>}
      {changeable && (
        <small className="quiet">
          <Button type="link" size="small" className="notice-more" onClick={onChange}>
            {t('survey.change')}
          </Button>{' '}
          · {t('survey.until')} <Instant at={changeableUntil} />
        </small>
      )}
    </>
  );
}

/** One question about a case, or the answer to it. */
function SurveyBox({ survey, named }: { survey: Survey; named: boolean }) {
  const { t } = useTranslation();
  const [changing, setChanging] = useState(false);
  const heading = useId();
  const asks = survey.score === null || changing;
  return (
    <article className="card survey" aria-labelledby={heading}>
      <h3 id={heading}>
        {t('survey.title')}
        {named && (
          <>
            {' '}
            <Link to={caseHref(survey.caseId)} dir="auto">
              {survey.caseTitle ?? survey.caseId}
            </Link>
          </>
        )}
      </h3>
      {survey.score === null && <small className="quiet">{t('survey.help')}</small>}
      {asks ? (
        <Question survey={survey} labelledBy={heading} onDone={() => setChanging(false)} />
      ) : (
        <Answered survey={survey} onChange={() => setChanging(true)} />
      )}
    </article>
  );
}

/** On the page of a case that has ended: the question to whoever asked for it, nothing to everybody else. */
export function SurveyCard({ caseId }: { caseId: string }) {
  const surveys = useSurveysOf(caseId);
  return surveys.data?.items.map((s) => <SurveyBox key={s.id} survey={s} named={false} />);
}

/** On the portal: what has ended and was not answered yet. */
export function OpenSurveys() {
  const { t } = useTranslation();
  const surveys = useOpenSurveys();
  const items = surveys.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section aria-label={t('survey.open')}>
      <h2>{t('survey.open')}</h2>
      <div className="notices">
        {items.map((s) => (
          <SurveyBox key={s.id} survey={s} named />
        ))}
      </div>
    </section>
  );
}
