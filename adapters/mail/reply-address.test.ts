import { LONGEST_LOCAL_PART, replyAddresses } from './reply-address';

const replies = replyAddresses('a key of the tests, not a secret');
const DESK = 'desk@example.org';
const address = replies.of(DESK, 'default', 'INC-000123');

describe('signed reply addresses', () => {
  it('carry a case and survive mail systems that change case', () => {
    expect(address).toMatch(/^desk\+inc-000123\.[0-9a-f]{20}@example\.org$/);
    expect(replies.read(address, DESK, 'default')).toEqual({ caseId: 'INC-000123' });
    expect(replies.read(address.toUpperCase(), 'Desk@Example.org', 'default')).toEqual({ caseId: 'INC-000123' });
  });

  it.each([
    ['another case', address.replace('000123', '000124'), DESK, 'default', { forged: 'INC-000124' }],
    [
      'a guessed signature',
      'desk+inc-000123.00000000000000000000@example.org',
      DESK,
      'default',
      { forged: 'INC-000123' },
    ],
    ['a short signature', 'desk+inc-000123.0@example.org', DESK, 'default', { forged: 'INC-000123' }],
    ['another tenant', address, DESK, 'other', { forged: 'INC-000123' }],
    ['another mailbox', address, 'help@example.org', 'default', null],
    ['no tag', DESK, DESK, 'default', null],
    ['a tag of somebody else', 'desk+holiday@example.org', DESK, 'default', null],
  ])('%s', (_name, given, mailbox, tenant, expected) => {
    expect(replies.read(given, mailbox, tenant)).toEqual(expected);
  });

  it('are worthless under another key', () => {
    const other = replyAddresses('another key of the tests');
    expect(other.read(address, DESK, 'default')).toEqual({ forged: 'INC-000123' });
    expect(other.mark).not.toBe(replies.mark);
  });

  it('fit into the local part of an address', () => {
    const local = 'x'.repeat(LONGEST_LOCAL_PART);
    expect(replies.of(`${local}@example.org`, 'default', 'INCID-1234567890').split('@')[0]).toHaveLength(64);
  });
});
