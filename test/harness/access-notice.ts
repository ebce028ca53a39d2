import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { insertNotice } from '../../db/notice';
import { askSurvey } from '../../db/survey';
import type { Caller } from './access-matrix';

/** What the access test asks for of the board and of surveys. */
export interface NoticeThings {
  notice(): Promise<string>;
  /** Something that the caller was asked. */
  surveyOf(caller: Caller): Promise<string>;
}

export function noticeThings(db: Knex, marker: string): NoticeThings {
  return {
    async notice() {
      const id = randomUUID();
      const text = { 'zh-CN': marker, en: marker };
      const content = { tenants: ['own'], kind: 'info', title: text, body: text, service: null, caseId: null } as const;
      const at = new Date().toISOString();
      const time = { startsAt: at, endsAt: null, pinned: false };
      await insertNotice(db, { ...content, tenants: ['own'], ...time, id, by: marker, at });
      return id;
    },
    async surveyOf({ login, tenantId }) {
      const key = randomUUID();
      await askSurvey(db, { key, tenantId, caseId: marker, to: login, at: Date.now() });
      return (await db('survey').where({ key }).first('id')).id;
    },
  };
}
