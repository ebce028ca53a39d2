import type { FormNode } from './form';
import type { ActionName } from './request-action';
import { ROLES } from './roles';

type Words = { 'zh-CN': string; en: string };

const text = (title: Words, help?: Words): FormNode => ({
  type: 'string',
  minLength: 1,
  maxLength: 500,
  'x-title': title,
  ...(help && { 'x-help': help }),
});
const count = (title: Words, help: Words): FormNode => ({
  type: 'integer',
  minimum: 1,
  'x-title': title,
  'x-help': help,
});

const CI: FormNode = {
  type: 'string',
  'x-widget': 'ci',
  'x-title': { 'zh-CN': '配置项', en: 'Configuration item' },
  'x-help': { 'zh-CN': '输入名称或编号选择。', en: 'Choose it by name or number.' },
};
const REVISION = count(
  { 'zh-CN': '修订号', en: 'Revision' },
  { 'zh-CN': '配置项现在的修订号。', en: 'That of the item as it is now.' },
);

/** What people enter for each value an action gives, as a field of a form. `details` may hold more than the fields shown. */
const FIELDS: Record<ActionName, Readonly<Record<string, FormNode>>> = {
  'capacity.reserve': {
    reservation: text(
      { 'zh-CN': '预留编号', en: 'Number of the reservation' },
      { 'zh-CN': '按资源池或管理平台中的编号填写。', en: 'As the pool or the platform has it.' },
    ),
  },
  'capacity.allocate': {
    allocation: text(
      { 'zh-CN': '占用编号', en: 'Number of the allocation' },
      { 'zh-CN': '按资源池或管理平台中的编号填写。', en: 'As the pool or the platform has it.' },
    ),
  },
  'capacity.release': {},
  provision: {
    resource: text(
      { 'zh-CN': '资源标识', en: 'Identifier of the resource' },
      {
        'zh-CN': '按管理平台中的标识填写，收回时据此查找。',
        en: 'As the platform names it; by it the resource is found and taken back again.',
      },
    ),
    details: {
      type: 'object',
      default: {},
      'x-title': { 'zh-CN': '说明', en: 'Details' },
      'x-help': {
        'zh-CN': '本单的读者均可见，不得填写口令。',
        en: 'Everybody who may read the request sees them: no passwords.',
      },
      properties: {
        address: text({ 'zh-CN': '地址', en: 'Address' }),
        note: { ...text({ 'zh-CN': '备注', en: 'Note' }), 'x-widget': 'long-text' },
      },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
  },
  deprovision: {},
  'ci.record': { ci: CI, revision: REVISION },
  'ci.update': {
    ci: CI,
    revision: REVISION,
    previous: count(
      { 'zh-CN': '变更前的修订号', en: 'Revision before' },
      { 'zh-CN': '撤销时恢复到这一版。', en: 'An undoing goes back to it.' },
    ),
  },
  'ci.restore': {},
  'ci.retire': {},
  'secret.hand-over': {
    secret: text(
      { 'zh-CN': '交付凭据', en: 'How it was handed over' },
      { 'zh-CN': '如签收单编号；不得填写口令。', en: 'The number of the receipt, for example; no passwords.' },
    ),
  },
  'secret.revoke': {},
  'materials.share': {
    shared: {
      type: 'string',
      enum: ROLES.map((r) => r.name),
      'x-title': { 'zh-CN': '共享给', en: 'Shared with' },
      'x-options': Object.fromEntries(ROLES.map((r) => [r.name, { 'zh-CN': r['zh-CN'], en: r.en }])),
    },
  },
  'materials.unshare': {},
  'document.render': {
    documents: {
      type: 'array',
      minItems: 1,
      maxItems: 10,
      items: { type: 'string' },
      'x-widget': 'attachments',
      'x-title': { 'zh-CN': '人工编写的文档', en: 'Documents written by people' },
    },
  },
};

/** A request that did the work of a step, opened by people. */
const CHILD = {
  ...text(
    { 'zh-CN': '已办理的服务请求', en: 'Request that did it' },
    { 'zh-CN': '如 REQ-000123；没有则不填。', en: 'Such as REQ-000123; leave it empty if there is none.' },
  ),
  pattern: '^REQ-[0-9]{6,}$',
};

/**
 * The form by which people say what a step would have given (command `enter-result`): a JSON Schema with the hints of forms,
 * every value required. `null`: a request of its own, which may give what its process gives.
 */
export function resultForm(action: ActionName | null): FormNode {
  if (action === null)
    return {
      type: 'object',
      properties: { child: CHILD },
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    };
  const properties = FIELDS[action];
  return { type: 'object', required: Object.keys(properties), properties, additionalProperties: false };
}
