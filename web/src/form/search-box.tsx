import { SearchOutlined } from '@ant-design/icons';
import { Input, type InputRef } from 'antd';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface SearchBoxProps {
  /** What is searched for now. */
  value: string;
  onSearch: (words: string) => void;
  input: RefObject<InputRef | null>;
  /** What may be written, for those who rest on it. */
  help?: string;
}

/** Words that a list is narrowed by: Enter searches, emptying shows everything, Escape leaves. */
export function SearchBox({ value, onSearch, input, help }: SearchBoxProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <Input
      ref={input}
      className="search"
      prefix={<SearchOutlined />}
      placeholder={t('list.search')}
      aria-label={t('list.search')}
      title={help}
      allowClear
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        if (e.target.value === '') onSearch('');
      }}
      onPressEnter={() => onSearch(text.trim())}
      onKeyDown={(e) => e.key === 'Escape' && e.currentTarget.blur()}
    />
  );
}
