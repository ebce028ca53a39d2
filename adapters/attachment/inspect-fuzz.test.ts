import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { ATTACHMENT_EXTENSIONS } from '../../domain/attachment';
import { DomainError } from '../../domain/errors';
import { contentIn } from '../../test/harness/fault-report';
import { zipOf } from '../../test/harness/zip';
import { writeDocx } from '../document/docx';
import { inspectAttachment } from './inspect';

const TEXT = Buffer.from('line\n'.repeat(40));
const PACKED = { name: 'a.log', data: TEXT, packed: deflateRawSync(TEXT) };
const SEEDS: Record<string, () => Promise<Buffer>> = {
  zip: async () => zipOf([PACKED, { name: 'b/c.txt', data: TEXT }]),
  nested: async () =>
    zipOf([
      { name: 'x.zip', data: zipOf([PACKED]) },
      { name: 'y.gz', data: gzipSync(TEXT) },
    ]),
  gz: async () => gzipSync(TEXT),
  docx: async () => writeDocx(await contentIn('en')),
  pdf: async () => Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n'),
  png: async () => Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
  cfb: async () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
};

/** Some bytes changed, some cut off, some put before or behind. */
const damage = fc.record({
  flips: fc.array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(255)), { maxLength: 8 }),
  keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  before: fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array()) }, fc.uint8Array({ maxLength: 40 })),
  behind: fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array()) }, fc.uint8Array({ maxLength: 40 })),
});
/** What a seed is called where it is not called like its extension. */
const OWN: Record<string, string> = { nested: 'zip', cfb: 'doc' };
const extension = fc.constantFrom(...ATTACHMENT_EXTENSIONS);

it.each(Object.entries(SEEDS))(
  'whatever happens to a %s, it is taken or refused for a reason, never an error of ours',
  async (kind, make) => {
    const seed = await make();
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.oneof(fc.constant(OWN[kind] ?? kind), extension),
        async ({ flips, keep, before, behind }, ext) => {
          const body = Buffer.from(seed.subarray(0, Math.ceil(seed.length * keep)));
          for (const [where, value] of flips) if (body.length > 0) body[Math.floor(where * body.length)] = value;
          const outcome: unknown = await inspectAttachment(`f.${ext}`, Buffer.concat([before, body, behind])).catch(
            (e: unknown) => e,
          );
          if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
          expect(outcome).toBeDefined();
        },
      ),
      { numRuns: 150 },
    );
  },
);

it('a name is one name of a file, whatever was sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), extension, async (stem, ext) => {
      const { name } = await inspectAttachment(`${stem}x.${ext}`, TEXT).catch((e: unknown) => {
        if (e instanceof DomainError) return { name: null };
        throw e;
      });
      if (name === null) return;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about them
      expect(name).not.toMatch(/[/\\<>:"|?*\u0000-\u001f\u007f\u202e]/);
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      expect(name.endsWith(`.${ext}`)).toBe(true);
    }),
  );
});
