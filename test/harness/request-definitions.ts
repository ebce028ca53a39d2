import type { DefinitionFile } from '../../activities/definitions-yaml';
import { positionOf, shippedFiles } from './edited-definitions';

// A small set of requests for tests: one form, one process with every kind of step, its promises, a catalogue of one item.

const text = (word: string) => `{ zh-CN: ${word}, en: ${word} }`;

const FORM = `apiVersion: continuo/v1
kind: form
name: disk
title: { zh-CN: 磁盘, en: Disk }
schema:
  $schema: https://json-schema.org/draft/2020-12/schema
  type: object
  required: [sizing, reason]
  additionalProperties: false
  properties:
    sizing:
      type: object
      x-title: { zh-CN: 规格, en: Size }
      required: [gb]
      additionalProperties: false
      properties:
        gb: { type: integer, minimum: 1, maximum: 4096, x-title: { zh-CN: 容量, en: Capacity in GB } }
        kind:
          type: string
          enum: [ssd, hdd]
          x-title: { zh-CN: 类型, en: Type }
          x-options: { ssd: { zh-CN: 固态, en: Solid state }, hdd: { zh-CN: 机械, en: Hard disk } }
    reason: { type: string, minLength: 2, x-widget: long-text, x-title: { zh-CN: 事由, en: Reason } }
    contact: { type: string, x-widget: person, x-title: { zh-CN: 联系人, en: Contact } }
    until: { type: string, format: date, x-title: { zh-CN: 到期, en: Until } }
tests:
  - data: { sizing: { gb: 10 }, reason: Logs }
    valid: true
  - data: { sizing: { gb: 0 } }
    valid: false
    errors: [/sizing/gb, /reason]
`;

const FACTS = `purpose: ${text('purpose')}
inputs:
  external: [{ party: ${text('requester')}, what: ${text('request')}, how: ${text('portal')} }]
  internal: [{ party: ${text('service')}, what: ${text('catalogue')}, how: ${text('definition')} }]
outputs:
  external: [{ party: ${text('requester')}, what: ${text('disk')}, how: ${text('notice')} }]
  internal: [{ party: ${text('cmdb')}, what: ${text('item')}, how: ${text('action')} }]
relatedProcesses: [{ name: incident, relation: ${text('faults')} }]
measures:
  time: ${text('time')}
  cost: ${text('cost')}
  quality: ${text('quality')}
  service: ${text('service')}
  risk: ${text('risk')}
`;

const PROCESS = `apiVersion: continuo/v1
kind: request-process
name: disk
title: { zh-CN: 磁盘申请, en: Disk request }
${FACTS}calendar: 5x8
stages:
  - { name: approval, title: { zh-CN: 审批, en: Approval } }
  - { name: work, title: { zh-CN: 办理, en: Work } }
withdrawUntil: [make]
survey: true
correction:
  ladder: [{ after: 2bd, do: remind }, { after: 10bd, do: { end: cancelled } }]
steps:
  - id: manager
    kind: approval
    title: { zh-CN: 主管审批, en: Manager }
    stage: approval
    approvers: [manager(1), { ask: role(leader), if: form.sizing.gb > 1000 }]
    quorum: all
    onReject: end
    ladder: [{ after: 1bd, do: remind }, { after: 2bd, do: substitute }, { after: 5bd, do: reject }]
    fallback: [role(service-desk-agent)]
  - id: hold
    kind: auto
    title: { zh-CN: 预留, en: Reserve }
    stage: work
    action: capacity.reserve
    with: { pool: "'disk'", amounts: "{'gb': form.sizing.gb}" }
    limit: PT1H
    compensate: default
    onFailure: { actors: [role(operations-technician)], team: maintenance, ladder: [{ after: 1bd, do: remind }, { after: 3bd, do: { ask: [role(leader)] } }, { after: 9bd, do: { end: cancelled } }] }
  - id: which
    kind: choice
    title: { zh-CN: 类型, en: Which }
    stage: work
    branches:
      - if: has(form.sizing.kind) && form.sizing.kind == 'ssd'
        steps:
          - id: fast
            kind: notify
            title: { zh-CN: 告知, en: Tell }
            stage: work
            to: [requester, field(contact)]
            text: { zh-CN: 固态, en: Solid }
    else: []
  - id: both
    kind: parallel
    title: { zh-CN: 并行, en: Both }
    stage: work
    branches:
      - - id: make
          kind: task
          title: { zh-CN: 制作, en: Make }
          stage: work
          actors: [team(maintenance)]
          team: maintenance
          outcomes: [{ name: done, title: { zh-CN: 完成, en: Done } }, { name: failed, title: { zh-CN: 失败, en: Failed }, reason: true }]
          ladder: [{ after: 2bd, do: remind }, { after: 9bd, do: { end: cancelled } }]
          fallback: [role(service-desk-agent)]
      - - id: cool-off
          kind: wait
          title: { zh-CN: 等待, en: Wait }
          stage: work
          until: form.sizing.gb < 10
          limit: 4bh
  - id: fulfilled
    kind: end
    title: { zh-CN: 完成, en: Done }
    stage: work
    outcome: fulfilled
tests:
  - name: approved
    opened: 2026-09-30T10:00+08:00
    form: { sizing: { gb: 10 }, reason: Logs }
    story:
      - vote: { step: manager, by: manager, decision: approve }
        at: +PT1H
      - expect: { active: [make, cool-off] }
`;

const SLA = `apiVersion: continuo/v1
kind: request-sla
name: disk
title: { zh-CN: 磁盘承诺, en: Promise of disks }
clocks:
  - { name: allocate, title: { zh-CN: 分配, en: Allocation }, from: hold, goal: 2bd, calendar: 5x8 }
  - { name: answer, title: { zh-CN: 答复, en: Answer }, to: manager, when: form.sizing.gb > 5, goal: PT4H, calendar: 5x8 }
tests:
  - { clock: allocate, from: 2026-09-30T10:00+08:00, due: 2026-10-09T18:00+08:00 }
`;

const CATALOGUE = `apiVersion: continuo/v1
kind: catalogue
name: services
title: { zh-CN: 服务目录, en: Service catalogue }
categories:
  - code: '91'
    title: { zh-CN: 计算与存储, en: Compute and storage }
    categories:
      - code: '9101'
        title: { zh-CN: 存储, en: Storage }
        categories:
          - { code: '910101', title: { zh-CN: 块存储, en: Block storage } }
tests:
  - { code: '910101', path: ['91', '9101', '910101'] }
`;

const ITEM = `apiVersion: continuo/v1
kind: catalogue-item
name: disk
title: { zh-CN: 云硬盘申请, en: Request a disk }
description: { zh-CN: 申请一块云硬盘, en: A disk for a machine you have }
code: '91010101'
owner: role(service-owner)
service: cloud-platform
team: maintenance
form: disk
process: disk
sla: disk
keywords: [volume, 数据盘]
cost: { amount: 0.5, currency: CNY, per: month }
visibility: { securityLevel: { to: 4 } }
tests:
  - { securityLevel: 3, visible: true }
  - { securityLevel: 5, visible: false }
`;

const SAMPLES: DefinitionFile[] = [
  { path: 'requests/disk/form.yaml', text: FORM },
  { path: 'requests/disk/process.yaml', text: PROCESS },
  { path: 'requests/disk/sla.yaml', text: SLA },
  { path: 'requests/catalogue.yaml', text: CATALOGUE },
  { path: 'requests/disk/item.yaml', text: ITEM },
];

const REQUEST_KINDS = /^kind: (form|request-process|request-sla|catalogue|catalogue-item|provisioner)$/m;

/** The small set beside the shipped definitions of other kinds. */
export function requestFiles(): DefinitionFile[] {
  return [...shippedFiles().filter((file) => !REQUEST_KINDS.test(file.text)), ...SAMPLES];
}

/** The small set with edits of one file; each `from` has to stand exactly once in it. */
export function editedRequest(file: string, edits: readonly (readonly [from: string, to: string])[]): DefinitionFile[] {
  return requestFiles().map((f) => {
    if (f.path !== file) return f;
    const edit = (now: string, [from, to]: readonly [string, string]) => {
      if (now.split(from).length !== 2) throw new Error(`"${from}" does not stand exactly once in ${file}`);
      return now.replace(from, () => to);
    };
    return { path: file, text: edits.reduce(edit, f.text) };
  });
}

export { positionOf };
