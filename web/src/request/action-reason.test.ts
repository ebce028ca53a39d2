import i18next, { type TFunction } from 'i18next';
import { portal as en } from '../i18n/en/portal';
import { portal as zh } from '../i18n/zh-CN/portal';
import { actionReason } from './action-reason';

let t: Record<'en' | 'zh-CN', TFunction>;
beforeAll(async () => {
  const resources = { en: { translation: en }, 'zh-CN': { translation: zh } };
  await i18next.init({ resources, lng: 'en', interpolation: { escapeValue: false } });
  t = { en: i18next.getFixedT('en'), 'zh-CN': i18next.getFixedT('zh-CN') };
});

// As activities/request-action*.ts, activities/provisioning*.ts, db/pool-reservation.ts and domain/provisioner.ts write them.
test.each([
  ['there is no pool "vm"', '没有名为“vm”的资源池', 'There is no pool “vm”'],
  [
    'pool vm: 8 vcpu wanted, 2 free; 16 memoryGb wanted, 0 free',
    '资源池 vm 余量不足：CPU（核）需要 8，可用 2；内存（GB）需要 16，可用 0',
    'Pool vm has too little: 8 CPU cores wanted, 2 free; 16 GB of memory wanted, 0 free',
  ],
  ['pool vm: there is no gpu in it', '资源池 vm 中没有gpu', 'Pool vm has no gpu'],
  [
    'pool vm is for tenants up to security level 1; gov is of level 3',
    '资源池 vm 仅供安全等级不高于 1 的租户使用，本租户为 3 级',
    'Pool vm is for tenants up to security level 1, this one has level 3',
  ],
  ['There is no reservation R-1.', '没有预留 R-1', 'There is no reservation R-1'],
  ['there is no active person zhao', '没有登录名为 zhao 的在用人员', 'There is no active person zhao'],
  [
    'not done within its time; at last: the target answered 503; expected 200',
    '未在规定时间内完成；最后一次：目标系统返回 503',
    'Not done within its time. At last: The target answered 503',
  ],
  [
    'the target says: no host (the target has named it vm-7)',
    '目标系统答复：no host（目标系统中的标识为 vm-7）',
    'The target says: no host (the target calls it vm-7)',
  ],
  [
    'CI-000001 was changed since by wang for REQ-000002 (revision 4); look at it and restore it by hand',
    '配置项 CI-000001 后来又被 wang 修改（第 4 版），请查看后手工恢复',
    'Configuration item CI-000001 was changed since by wang (revision 4); look at it and restore it by hand',
  ],
])('%s', (reason, chinese, english) => {
  expect([actionReason(reason, t['zh-CN']), actionReason(reason, t.en)]).toEqual([chinese, english]);
});

test('what people or targets said stays as it was said', () => {
  expect(actionReason('机房空调检修，下周才能上架', t.en)).toBe('机房空调检修，下周才能上架');
});
