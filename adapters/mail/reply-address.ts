import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** 80 bits: short enough for the local part of an address, long enough that nobody guesses one. */
const SIGNATURE_CHARS = 20;
const TAG = /^([^@]+)\+([a-z]{2,8}-\d+)\.([0-9a-f]+)@(.+)$/;

/** Addresses that carry a case: `inbox+inc-000123.<signature>@example.org`. Whoever holds one may write to that case. */
export interface ReplyAddresses {
  /** @param mailbox address of the mailbox that answers shall reach */
  of(mailbox: string, tenantId: string, caseId: string): string;
  /** The case an address was made for by us; `forged` when it looks like one and is none; null when it carries no case. */
  read(address: string, mailbox: string, tenantId: string): { caseId: string } | { forged: string } | null;
  /** Value of our `X-Continuo` header: the same for every process with this key, and nobody else's. */
  mark: string;
}

/** @param key CONTINUO_KEY */
export function replyAddresses(key: string): ReplyAddresses {
  const secret = Buffer.from(hkdfSync('sha256', key, '', 'continuo mail reply v1', 32));
  const sign = (tenantId: string, caseId: string) =>
    createHmac('sha256', secret).update(`${tenantId}/${caseId}`).digest('hex').slice(0, SIGNATURE_CHARS);
  return {
    mark: createHmac('sha256', secret).update('mark').digest('hex').slice(0, SIGNATURE_CHARS),
    of(mailbox, tenantId, caseId) {
      const at = mailbox.lastIndexOf('@');
      return `${mailbox.slice(0, at)}+${caseId.toLowerCase()}.${sign(tenantId, caseId)}${mailbox.slice(at)}`;
    },
    read(address, mailbox, tenantId) {
      const found = TAG.exec(address.toLowerCase());
      const [, local = '', id = '', signature = '', domain = ''] = found ?? [];
      if (found === null || `${local}@${domain}` !== mailbox.toLowerCase()) return null;
      const caseId = id.toUpperCase();
      const expected = Buffer.from(sign(tenantId, caseId));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected) ? { caseId } : { forged: caseId };
    },
  };
}

/** Longest local part (RFC 5321: 64) that leaves room for the tag. */
export const LONGEST_LOCAL_PART = 64 - '+incid-0000000000.'.length - SIGNATURE_CHARS;
