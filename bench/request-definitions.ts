import type { Definition } from '../domain/process-def';
import { ofKind } from '../domain/process-def';

/** Catalogue item of the bench. */
export const ITEM = 'bench-request';

const text = (word: string) => `{ zh-CN: ${word}, en: ${word} }`;
const flow = `[{ party: ${text('x')}, what: ${text('x')}, how: ${text('x')} }]`;
const approval = (id: string, role: string) => `  - id: ${id}
    kind: approval
    title: ${text(id)}
    stage: approval
    approvers: [role(${role})]
    quorum: any
    ladder: [{ after: 1bd, do: remind }, { after: 9bd, do: reject }]
    fallback: [role(leader)]
`;
const failure =
  '{ actors: [role(operations-manager)], team: operations-manager, ladder: [{ after: 1bd, do: remind }, { after: 9bd, do: { end: cancelled } }] }';
const action = (id: string, name: string, args: string) => `  - id: ${id}
    kind: auto
    title: ${text(id)}
    stage: work
    action: ${name}
    with: ${args}
    limit: PT1H
    compensate: default
    onFailure: ${failure}
`;

const FORM = `apiVersion: continuo/v1
kind: form
name: ${ITEM}
title: ${text('bench')}
schema:
  type: object
  required: [vcpu]
  properties: { vcpu: { type: integer, minimum: 1, x-title: ${text('vcpu')} } }
tests: [{ data: { vcpu: 1 }, valid: true }]
`;

const PROCESS = `apiVersion: continuo/v1
kind: request-process
name: ${ITEM}
title: ${text('bench')}
purpose: ${text('x')}
inputs: { external: ${flow}, internal: ${flow} }
outputs: { external: ${flow}, internal: ${flow} }
relatedProcesses: [{ name: incident, relation: ${text('x')} }]
measures: { time: ${text('x')}, cost: ${text('x')}, quality: ${text('x')}, service: ${text('x')}, risk: ${text('x')} }
calendar: 5x8
stages: [{ name: approval, title: ${text('approval')} }, { name: work, title: ${text('work')} }]
withdrawUntil: [reserve]
correction: { ladder: [{ after: 5bd, do: { end: cancelled } }] }
survey: false
steps:
${approval('first', 'operations-manager')}${approval('second', 'maintenance-manager')}${action('reserve', 'capacity.reserve', `{ pool: "'bench'", amounts: "{'vcpu': form.vcpu}" }`)}${action('allocate', 'capacity.allocate', '{ reservation: steps.reserve.reservation }')}  - { id: done, kind: end, title: ${text('done')}, stage: work, outcome: fulfilled }
tests:
  - name: fulfilled
    opened: '2026-09-29T10:00+08:00'
    form: { vcpu: 1 }
    story: [{ expect: { active: [first] } }]
`;

const SLA = `apiVersion: continuo/v1
kind: request-sla
name: ${ITEM}
title: ${text('bench')}
clocks: [{ name: all, title: ${text('all')}, goal: 5bd, calendar: 5x8 }]
tests: [{ clock: all, from: '2026-09-30T10:00+08:00', due: '2026-10-13T18:00+08:00' }]
`;

const item = (service: string) => `apiVersion: continuo/v1
kind: catalogue-item
name: ${ITEM}
title: ${text('bench')}
code: '05010299'
owner: role(operations-manager)
service: ${service}
team: operations-manager
form: ${ITEM}
process: ${ITEM}
sla: ${ITEM}
cost: null
tests: [{ visible: true }]
`;

/** Files that stand beside the published definitions; they are checked with them when they are published. */
export function benchRequestFiles(known: readonly Definition[]): { path: string; text: string }[] {
  const service = ofKind(known, 'service')[0]?.name ?? '';
  return Object.entries({ form: FORM, process: PROCESS, sla: SLA, item: item(service) }).map(([name, content]) => ({
    path: `bench/${name}.yaml`,
    text: content,
  }));
}
