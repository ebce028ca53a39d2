import { CloseOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** One filter that counts: its value opens the choices, its cross drops it. */
export function FilterChip({
  label,
  value,
  choices,
  onDrop,
}: {
  label: string;
  value: string;
  choices: ReactNode;
  onDrop(): void;
}) {
  const { t } = useTranslation();
  return (
    <span className="chip">
      <Popover trigger="click" placement="bottomLeft" content={choices}>
        <button type="button">
          {label}: <b>{value}</b>
        </button>
      </Popover>
      <button type="button" className="chip-off" aria-label={t('list.dropFilter', { label })} onClick={onDrop}>
        <CloseOutlined />
      </button>
    </span>
  );
}
