import { reasonWords } from './page-reason';

const keys = (reason: string) => reasonWords(reason).words.map((w) => ('key' in w ? w.key : w.said));

// Every reason that activities/paging*.ts, db/page*.ts and the adapters of mail and webhooks write.
test.each([
  ['acknowledged', 'acknowledged'],
  ['a higher level of the same case is in the same message', 'sameMessage'],
  ['a higher level was due at the same time', 'sameTime'],
  ['the person has no way to be reached', 'noWay'],
  ['the fallback was paged for this step before', 'fallbackPaged'],
  ['nobody who is named can be reached', 'nobodyNamed'],
  ['oncall(primary): nobody is on call', 'nobodyOnCall'],
  ['oncall(primary): there is no such schedule', 'noSchedule'],
  ['role(leader): nobody active holds it', 'nobodyHolds'],
  ['assignee: nobody is assigned', 'nobodyAssigned'],
  ['owner(cloud): the plan names no owner', 'noOwner'],
  ['owner(cloud) = role(service-owner): nobody active holds it', 'nobodyHolds'],
  ['li.na: no active person has this login', 'noPerson'],
  ['li.na: no contact method left', 'noMethodLeft'],
  ['the person is gone', 'personGone'],
  ['no mail server is configured (SMTP_URL)', 'noMailServer'],
  ['the mail server took more than 60 s', 'slowMail'],
  ['the receiver answered 410', 'answered'],
  ['no answer in 5 s', 'noAnswer'],
  ['hook.example has no address', 'noAddressOf'],
  ['10.0.0.1 is not an address of the public internet', 'notPublic'],
  ['the secret was sealed with another CONTINUO_KEY, or was altered', 'lockedSecret'],
  ["Can't send mail - all recipients were rejected: 550 5.1.1 no such user", 'rejected'],
  ['connect ECONNREFUSED 127.0.0.1:25', 'refused'],
  ['getaddrinfo ENOTFOUND mail.example', 'unknownHost'],
])('%s is told in the language of the viewer', (reason, key) => {
  expect(keys(reason)).toEqual([key]);
});

test('several reasons are told one by one, those of the fallback as such', () => {
  const reason = 'fallback: oncall(primary): nobody is on call; bob: no contact method left';
  expect(reasonWords(reason).fallback).toBe(true);
  expect(reasonWords(reason).words).toEqual([
    { key: 'nobodyOnCall', values: { schedule: 'primary' } },
    { key: 'noMethodLeft', values: { login: 'bob' } },
  ]);
});

test('words of a mail server stay as they were said', () => {
  expect(keys('550 5.1.1 no such user; ask the postmaster')).toEqual(['550 5.1.1 no such user; ask the postmaster']);
});
