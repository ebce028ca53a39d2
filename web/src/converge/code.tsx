import { CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNotice } from '../shell/notice';

/** Copies a text; on plain http, where some intranets live, browsers have no clipboard for pages but know the old way. */
async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by a policy: the old way may still be open.
    }
  }
  const field = document.createElement('textarea');
  field.value = text;
  (document.querySelector('.ant-modal, .ant-drawer-body') ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

/** A text to be taken elsewhere, with a button that copies it. */
export function Code({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const notice = useNotice();
  const take = async () => {
    if (await copy(text)) void notice.success(t('once.copied'));
    else void notice.error(t('once.notCopied'));
  };
  return (
    <div className="code">
      <div className="code-head">
        <span>{label}</span>
        <Button
          size="small"
          icon={<CopyOutlined />}
          aria-label={`${t('once.copy')}: ${label}`}
          onClick={() => void take()}
        >
          {t('once.copy')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are read by scrolling, with the keyboard too */}
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}
