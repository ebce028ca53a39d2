import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../form/problem-alert';
import { type SavedView, useChangeView, useRemoveView } from './queries';

function Row({ view }: { view: SavedView }) {
  const { t } = useTranslation();
  const change = useChangeView();
  const remove = useRemoveView();
  const [name, setName] = useState(view.name);
  const rename = () => {
    const wanted = name.trim();
    if (wanted === '') setName(view.name);
    else if (wanted !== view.name) change.mutate({ view, name: wanted });
  };
  const error = change.error ?? remove.error;
  return (
    <li>
      <div className="view-row">
        <Input
          value={name}
          maxLength={60}
          aria-label={t('view.nameOf', { name: view.name })}
          onChange={(e) => setName(e.target.value)}
          onBlur={rename}
          onPressEnter={rename}
        />
        {view.shared && <span className="muted">{t('view.shared')}</span>}
        <Popconfirm
          title={t('view.removeSure', { name: view.name })}
          okText={t('view.remove')}
          cancelText={t('view.keepOn')}
          onConfirm={() => remove.mutate(view.id)}
        >
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('view.removeOne', { name: view.name })} />
        </Popconfirm>
      </div>
      {error !== null && <ProblemAlert error={error} />}
    </li>
  );
}

/** Names of the views that the viewer may change, and their end. */
export function ManageDialog({ views, onClose }: { views: SavedView[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('view.manage')} footer={null} onCancel={onClose}>
      <ul className="view-list">
        {views.map((v) => (
          <Row key={v.id} view={v} />
        ))}
      </ul>
    </Modal>
  );
}
